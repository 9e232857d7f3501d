//! How a JSON body or a query lacks the form asked for, told in the words of the API.
//!
//! Serde's own texts name types of ours ("expected struct Contact"). So what was refused is read once more, by a
//! deserializer whose error is a [`Misfit`]: serde hands it what was expected and what came as values, and it
//! keeps the way there while it unwinds. What was handed in is never repeated, numbers apart: it may be personal.

use core::fmt::{self, Display};

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

/// Misfits told of one body or query at most.
const MISFITS_MAX: usize = 8;
/// What is asked for where an id is.
const ID: &str = "a UUID such as 0198c5c0-0000-7000-8000-000000000001";

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit {
    /// Where, from the inside out: it grows while the error unwinds.
    steps: Vec<Step>,
    /// What, for programs; never changed once released.
    pub(super) code: &'static str,
    /// What, for people.
    pub(super) detail: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Item(usize),
}

/// Whether numbers and truth values are written as JSON writes them, or as texts, as in a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Query,
}

/// What is wrong with the value, when it is read as a `T`; at most eight misfits.
///
/// Serde stops at the first. So what it stopped at is taken out and the rest is read again: every unknown field
/// and every unfit value is told, within a value with a tag and within a list the first. Of the fields that are
/// missing the first is told, and only where no unfit one stands before it.
pub(super) fn misfits<T: DeserializeOwned>(mut value: Value, form: Form) -> Vec<Misfit> {
    let mut told: Vec<Misfit> = Vec::new();
    let mut taken_out: Vec<Vec<Step>> = Vec::new();
    for _ in 0..MISFITS_MAX {
        let Err(misfit) = T::deserialize(Node { value: &value, form }) else { break };
        let mut place = misfit.steps.clone();
        if misfit.code == Misfit::MISSING {
            place.remove(0);
        }
        // What we took out is missing because of that.
        if !taken_out.contains(&misfit.steps) {
            told.push(misfit);
        }
        // Taking an item out would move those behind it: the whole list goes.
        let items = place.iter().take_while(|step| matches!(step, Step::Item(_))).count();
        place.drain(..items);
        if !take_out(&mut value, &place) {
            break;
        }
        taken_out.push(place);
    }
    told
}

/// Whether there was something at the place.
fn take_out(value: &mut Value, place: &[Step]) -> bool {
    let Some((Step::Field(last), outer)) = place.split_first() else { return false };
    let parent = outer.iter().rev().try_fold(value, |value, step| match step {
        Step::Field(name) => value.get_mut(name),
        Step::Item(index) => value.get_mut(index),
    });
    parent.and_then(Value::as_object_mut).is_some_and(|fields| fields.remove(last).is_some())
}

impl Misfit {
    const MISSING: &str = "missing-field";

    fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { steps: Vec::new(), code, detail: detail.into() }
    }

    /// A field that is given twice. JSON and query are read into maps here, where it cannot be seen any more.
    pub(super) fn twice(field: &str) -> Self {
        Self::new("duplicate-field", "it is given more than once").within(Step::Field(field.into()))
    }

    /// What everybody refuses whose reason has no place.
    pub(super) fn somewhere() -> Self {
        Self::new("invalid-value", "it does not have the form asked for")
    }

    fn within(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// A JSON pointer (RFC 6901) as a fragment, as RFC 9457 shows it.
    pub(super) fn pointer(&self) -> String {
        let mut pointer = String::from("#");
        for step in self.steps.iter().rev() {
            pointer.push('/');
            match step {
                Step::Field(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
                Step::Item(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }

    /// The parameter of a query.
    pub(super) fn parameter(&self) -> &str {
        match self.steps.last() {
            Some(Step::Field(name)) => name,
            Some(Step::Item(_)) | None => "",
        }
    }
}

impl Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: Display>(reason: T) -> Self {
        Self::new("invalid-value", reworded(&reason.to_string()))
    }

    fn invalid_type(came: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new("wrong-type", format!("expected {}, got {}", asked_for(&expected.to_string()), given(came)))
    }

    fn invalid_value(came: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let detail = format!("expected {}, got {}", asked_for(&expected.to_string()), given(came));
        Self::new("invalid-value", detail)
    }

    fn invalid_length(length: usize, expected: &dyn de::Expected) -> Self {
        let expected = asked_for(&expected.to_string());
        Self::new("invalid-value", format!("expected {expected}, got one of length {length}"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new("invalid-value", format!("expected one of {}", expected.join(", ")))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let detail = format!("there is no such field, only {}", expected.join(", "));
        Self::new("unknown-field", detail).within(Step::Field(field.into()))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Self::MISSING, "it must be there").within(Step::Field(field.into()))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::twice(field)
    }
}

/// What a type's own check says is in the words of the API; what libraries say may not be.
pub(super) fn reworded(reason: &str) -> String {
    if reason.starts_with("UUID parsing failed") {
        format!("expected {ID}")
    } else if reason.starts_with("data did not match any variant") {
        "expected one of the forms that the document lists".into()
    } else {
        reason.into()
    }
}

/// What serde or axum say is expected, in the words of the API. A word that is not known here is not told: it might
/// name a type.
pub(super) fn asked_for(expected: &str) -> &'static str {
    match expected {
        "a string" | "a borrowed string" | "a character" | "String" | "str" => "a text",
        "a boolean" | "bool" => "true or false",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number from 0",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a map" => "an object",
        "a sequence" => "a list",
        _ if expected.contains("UUID") => ID,
        _ if expected.starts_with("a nonzero") => "a whole number other than 0",
        _ if expected.starts_with("tuple") || expected.starts_with("an array") => "a list",
        _ if expected.starts_with("struct") || expected.contains(" tagged enum ") => "an object",
        _ if expected.starts_with("enum") || expected.ends_with("identifier") => {
            "one of the words that the document lists"
        }
        _ => "what the document says",
    }
}

/// What came, without its words.
fn given(came: Unexpected<'_>) -> String {
    match came {
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Unsigned(number) => number.to_string(),
        Unexpected::Signed(number) => number.to_string(),
        Unexpected::Float(number) => number.to_string(),
        Unexpected::Unit | Unexpected::Option => "null".into(),
        Unexpected::Seq => "a list".into(),
        Unexpected::Map => "an object".into(),
        Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => "a text".into(),
        Unexpected::Enum
        | Unexpected::UnitVariant
        | Unexpected::NewtypeVariant
        | Unexpected::TupleVariant
        | Unexpected::StructVariant
        | Unexpected::NewtypeStruct
        | Unexpected::Other(_) => "something else".into(),
    }
}

/// A value on its way into a type.
#[derive(Clone, Copy)]
struct Node<'de> {
    value: &'de Value,
    form: Form,
}

impl<'de> Node<'de> {
    /// The text that stands for a number or a truth value in a query.
    fn text(self) -> Option<&'de str> {
        match (self.form, self.value) {
            (Form::Query, Value::String(text)) => Some(text),
            _ => None,
        }
    }

    fn number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let Some(text) = self.text() else { return self.deserialize_any(visitor) };
        if let Ok(number) = text.parse() {
            visitor.visit_u64(number)
        } else if let Ok(number) = text.parse() {
            visitor.visit_i64(number)
        } else if let Ok(number) = text.parse() {
            visitor.visit_f64(number)
        } else {
            Err(de::Error::invalid_type(Unexpected::Str(text), &visitor))
        }
    }
}

macro_rules! numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            self.number(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => {
                visitor.visit_seq(Items { items: items.iter().enumerate(), form: self.form })
            }
            Value::Object(fields) => visitor.visit_map(Fields::of(fields, self.form)),
        }
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.text().map(str::parse) {
            Some(Ok(value)) => visitor.visit_bool(value),
            Some(Err(_)) | None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self.value {
            Value::String(word) => visitor.visit_enum(StrDeserializer::new(word)),
            Value::Object(fields) => {
                visitor.visit_enum(MapAccessDeserializer::new(Fields::of(fields, self.form)))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
                self.deserialize_any(visitor)
            }
        }
    }

    /// Serde would take a list's items for the fields, one by one, and speak of the first that is unfit.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        if self.value.is_array() {
            return Err(de::Error::invalid_type(Unexpected::Seq, &"a map"));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier
    }
}

struct Items<'de> {
    items: core::iter::Enumerate<core::slice::Iter<'de, Value>>,
    form: Form,
}

impl<'de> de::SeqAccess<'de> for Items<'de> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        let Some((index, value)) = self.items.next() else { return Ok(None) };
        let read = seed.deserialize(Node { value, form: self.form });
        read.map(Some).map_err(|misfit| misfit.within(Step::Item(index)))
    }
}

struct Fields<'de> {
    fields: serde_json::map::Iter<'de>,
    current: Option<(&'de String, &'de Value)>,
    form: Form,
}

impl<'de> Fields<'de> {
    fn of(fields: &'de Map<String, Value>, form: Form) -> Self {
        Self { fields: fields.iter(), current: None, form }
    }
}

impl<'de> de::MapAccess<'de> for Fields<'de> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        self.current = self.fields.next();
        let Some((name, _)) = self.current else { return Ok(None) };
        let name: StrDeserializer<'de, Misfit> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let (name, value) = self.current.take().ok_or_else(Misfit::somewhere)?;
        let read = seed.deserialize(Node { value, form: self.form });
        read.map_err(|misfit| misfit.within(Step::Field(name.clone())))
    }
}

#[cfg(test)]
#[path = "shape_tests.rs"]
mod tests;
