//! The volunteer centre over HTTP: it signs its requests as channels do, and has no account. A signature used again
//! within its window changes nothing: every word has an id of its own, and the same again is done already.

use axum::extract::{FromRequestParts as _, Request};
use chassis::auth::matrix::allows;
use chassis::auth::{FORBIDDEN, FromParty, Permission, Staff};
use chassis::http::Problem;
use kernel::{City, Role};

use super::admit;
use crate::App;

/// Who reads what the centre reads too.
pub(super) enum Reader {
    /// The centre itself.
    Centre,
    /// Somebody with an account that may.
    Person(Staff),
}

/// Lets the centre go on with what it signed.
pub(super) async fn word(app: &App, request: Request) -> Result<FromParty, Problem> {
    may(Permission::ReportVolunteering)?;
    app.centre.read(request).await
}

/// Lets the centre read, or staff with the permission in the city.
pub(super) async fn reader(
    app: &App,
    request: Request,
    permission: Permission,
    city: City,
) -> Result<Reader, Problem> {
    if app.centre.claims(request.headers()) {
        may(permission)?;
        app.centre.read(request).await?;
        return Ok(Reader::Centre);
    }
    let (mut parts, _) = request.into_parts();
    let staff = Staff::from_request_parts(&mut parts, app).await?;
    admit(&staff, permission, city)?;
    Ok(Reader::Person(staff))
}

fn may(permission: Permission) -> Result<(), Problem> {
    if allows(Role::VolunteerCentre, permission) {
        Ok(())
    } else {
        Err(FORBIDDEN.detail("this is not for the volunteer centre"))
    }
}
