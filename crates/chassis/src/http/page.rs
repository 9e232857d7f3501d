use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::problem::{INVALID_CURSOR, INVALID_QUERY, Problem};

/// Items on a page when the client does not say.
const LIMIT_DEFAULT: u16 = 50;
/// Items on a page at most.
const LIMIT_MAX: u16 = 200;
/// Length of a cursor at most.
const CURSOR_MAX: usize = 512;

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    /// `next` of the page before; the first page when absent.
    pub after: Option<Cursor>,
}

impl PageQuery {
    /// Items on the page.
    ///
    /// # Errors
    /// A problem when it is not 1 to 200.
    pub fn limit(&self) -> Result<u16, Problem> {
        match self.limit.unwrap_or(LIMIT_DEFAULT) {
            limit @ 1..=LIMIT_MAX => Ok(limit),
            _ => Err(Problem::new(INVALID_QUERY).at("limit", "invalid-value", "expected 1 to 200")),
        }
    }

    /// The key after which the page begins.
    ///
    /// # Errors
    /// A problem when the cursor is not one of this list.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        self.after.as_ref().map(Cursor::key).transpose()
    }
}

/// A place in a list. Opaque to clients; holds the last item's key, so that items added or removed meanwhile
/// shift nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct Cursor(String);

impl Cursor {
    /// The place after the item with this key.
    #[must_use]
    pub fn after(key: &impl Serialize) -> Self {
        // A key is made of ids, numbers and texts: writing it does not fail.
        Self(URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default()))
    }

    fn key<K: DeserializeOwned>(&self) -> Result<K, Problem> {
        if self.0.len() > CURSOR_MAX {
            return Err(INVALID_CURSOR.into());
        }
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| INVALID_CURSOR)?;
        Ok(serde_json::from_slice(&bytes).map_err(|_| INVALID_CURSOR)?)
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// To be given as `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page of at most `limit` items, from `limit + 1` read: the one too many says that there is a next
    /// page, without counting the list.
    #[must_use]
    pub fn of<K: Serialize>(mut items: Vec<T>, limit: u16, key: impl Fn(&T) -> K) -> Self {
        let limit = usize::from(limit);
        let next = if items.len() > limit {
            items.truncate(limit);
            items.last().map(|last| Cursor::after(&key(last)))
        } else {
            None
        };
        Self { items, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_page_by_page_to_its_end() {
        let list: Vec<u32> = (0..5).collect();
        let (mut seen, mut query) = (Vec::new(), PageQuery { limit: Some(2), after: None });
        loop {
            let (limit, after) = (query.limit().unwrap(), query.after::<u32>().unwrap());
            let rest = list.iter().copied().filter(|item| after.is_none_or(|after| *item > after));
            let page = Page::of(rest.take(usize::from(limit) + 1).collect(), limit, |item| *item);
            seen.extend(page.items);
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        assert_eq!(seen, list);
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let query = PageQuery { limit: None, after: Some(Cursor::after(&"text")) };
        assert_eq!(query.after::<u32>().unwrap_err().kind().code, "invalid-cursor");
    }

    #[test]
    fn a_page_has_bounds() {
        for (limit, fits) in [(0, false), (1, true), (200, true), (201, false)] {
            assert_eq!(PageQuery { limit: Some(limit), after: None }.limit().is_ok(), fits);
        }
    }
}
