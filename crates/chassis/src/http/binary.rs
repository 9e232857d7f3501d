use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A body that is a file, for OpenAPI: without it, bytes are described as a list of numbers.
#[derive(Debug)]
pub struct Binary;

impl PartialSchema for Binary {
    fn schema() -> RefOr<Schema> {
        let file = ObjectBuilder::new().schema_type(Type::String).description(Some("A file, byte by byte."));
        file.content_media_type("application/octet-stream").into()
    }
}

impl ToSchema for Binary {}
