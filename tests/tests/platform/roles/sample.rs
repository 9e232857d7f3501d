//! A body that fits what the document says of it: so that whoever is refused is refused for who it is.

use serde_json::{Map, Value, json};

/// Texts that must have a form, by the name of their type or property.
const TEXTS: [(&str, &str); 14] = [
    ("CategoryCode", "car-rescue"),
    ("ItemCode", "door-unlocking"),
    ("QualificationCode", "vehicle-repair-filing"),
    ("SocialCreditCode", "91350100M000100Y43"),
    ("code", "91350100M000100Y43"),
    ("identity_number", "11010519491231002X"),
    ("document", "resident:11010519491231002X"),
    ("phone", "13800000000"),
    ("number", "DB33/T 1-2020"),
    ("scanned", "81890:330200-0000001"),
    ("Timestamp", "2027-06-01T00:00:00Z"),
    ("Channel", "wechat"),
    ("Cursor", "MA"),
    ("clause", "price-as-posted"),
];
/// Numbers that must have so many digits.
const NUMBERS: [(&str, u32); 3] = [("City", 330_200), ("Area", 330_203_001), ("District", 330_203)];
/// Types nest no deeper than this.
const DEPTH_MAX: usize = 12;

/// What a document says of bodies.
pub(super) struct Sample<'a> {
    document: &'a Value,
    /// What stands where any object may: the rules of credit.
    rules: &'a Value,
    /// Whom a body is about, where it is about a merchant.
    merchant: &'a str,
}

impl<'a> Sample<'a> {
    pub(super) const fn of(document: &'a Value, rules: &'a Value, merchant: &'a str) -> Self {
        Self { document, rules, merchant }
    }

    /// The media type and a body for an operation; nothing where it takes none.
    pub(super) fn body(&self, operation: &Value) -> (&'a str, Vec<u8>) {
        match self.content(operation) {
            Some(("application/json", schema)) => {
                ("application/json", serde_json::to_vec(&self.value("", schema, 0)).unwrap())
            }
            Some((media_type, _)) => (media_type, b"a file".to_vec()),
            None => ("application/json", b"{}".to_vec()),
        }
    }

    fn content(&self, operation: &Value) -> Option<(&'a str, &'a Value)> {
        let content = self.find(operation)?["requestBody"]["content"].as_object()?;
        content.iter().next().map(|(media_type, content)| (media_type.as_str(), &content["schema"]))
    }

    /// The operation as it stands in the document, which lives longer.
    fn find(&self, operation: &Value) -> Option<&'a Value> {
        let paths = self.document["paths"].as_object()?.values();
        paths.flat_map(|methods| methods.as_object().unwrap().values()).find(|other| *other == operation)
    }

    fn value(&self, name: &str, schema: &Value, depth: usize) -> Value {
        if depth > DEPTH_MAX {
            return Value::Null;
        }
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap();
            let target = self.document.pointer(reference.trim_start_matches('#')).unwrap();
            return self.value(name, target, depth + 1);
        }
        if let Some(given) = ["const", "default", "example"].iter().find_map(|word| schema.get(word)) {
            return given.clone();
        }
        if let Some(words) = schema["enum"].as_array() {
            return words[0].clone();
        }
        for word in ["oneOf", "anyOf"] {
            if let Some(ways) = schema[word].as_array() {
                let way = ways.iter().find(|way| way["type"] != "null").unwrap();
                return self.value(name, way, depth + 1);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts = parts.iter().map(|part| self.value(name, part, depth + 1));
            return parts.fold(json!({}), merged);
        }
        self.plain(name, schema, depth)
    }

    fn plain(&self, name: &str, schema: &Value, depth: usize) -> Value {
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds[0].as_str(),
            kind => kind.as_str(),
        };
        match kind {
            Some("object") if schema.get("properties").is_none() => self.rules.clone(),
            Some("object") | None => {
                let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let field =
                    |name: &str| (name.to_owned(), self.value(name, &schema["properties"][name], depth + 1));
                Value::Object(required.map(field).collect::<Map<_, _>>())
            }
            Some("array") => json!([self.value(name, &schema["items"], depth + 1)]),
            Some("string") if name == "MerchantId" => json!(self.merchant),
            Some("string") if schema["format"] == "uuid" => json!("0198c5c0-0000-7000-8000-000000000001"),
            Some("string") => json!(known(&TEXTS, name).unwrap_or("text")),
            Some("integer" | "number") => {
                let least = schema["minimum"].as_u64().and_then(|least| u32::try_from(least).ok());
                json!(known(&NUMBERS, name).or(least).unwrap_or(1))
            }
            Some("boolean") => json!(true),
            Some(other) => panic!("{name} is a {other}"),
        }
    }
}

fn known<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

fn merged(mut whole: Value, part: Value) -> Value {
    if let (Some(whole), Value::Object(part)) = (whole.as_object_mut(), part) {
        whole.extend(part);
    }
    whole
}
