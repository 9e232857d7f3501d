//! nginx in front of the pages: it tells browsers what the all-in-one tells them, for every answer, and serves what
//! the image holds. nginx itself is not asked.

use regex::Regex;

use crate::platform::SERVICES;
use crate::{deploy, read};

/// The source of the all-in-one's own headers, without the line breaks within its texts.
fn allinone() -> String {
    let source = read(&tools::workspace_root().join("dev/allinone/src/pages.rs"));
    Regex::new(r"\\\n\s*").unwrap().replace_all(&source, "").into_owned()
}

#[test]
fn browsers_are_told_the_same_as_by_the_all_in_one() {
    let (headers, allinone) = (read(&deploy("nginx/headers.conf")), allinone());
    let told = Regex::new(r#"(?m)^add_header ([\w-]+) "?([^"\s]+|[^"]+)"? always;$"#).unwrap();
    let told: Vec<(&str, &str)> =
        told.captures_iter(&headers).map(|one| one.extract::<2>().1.into()).collect();
    let policy = told.iter().find(|(name, _)| *name == "Content-Security-Policy").unwrap().1;
    assert!(allinone.contains(&format!("\"{policy}\"")), "{policy}");
    assert!(told.contains(&("Cross-Origin-Opener-Policy", "$openers")), "{told:?}");
    assert!(told.contains(&("X-Content-Type-Options", "nosniff")), "{told:?}");
    let pages = read(&deploy("nginx/pages.conf"));
    let devices = Regex::new(r#"(?:default|~\^/console) "(camera=[^"]+)";"#).unwrap();
    let devices: Vec<&str> = devices.captures_iter(&pages).map(|one| one.extract::<1>().1[0]).collect();
    assert_eq!(devices.len(), 2);
    let openers = Regex::new(r#"(?m)^    (?:default|~\^/door\S*) "((?:same-origin|unsafe-none))";"#).unwrap();
    let openers: Vec<&str> = openers.captures_iter(&pages).map(|one| one.extract::<1>().1[0]).collect();
    assert_eq!(openers, ["same-origin", "unsafe-none"]);
    assert!(openers.iter().all(|policy| allinone.contains(&format!("\"{policy}\""))), "{openers:?}");
    assert!(devices.iter().all(|policy| allinone.contains(&format!("\"{policy}\""))), "{devices:?}");
}

#[test]
fn no_place_of_files_goes_without_the_headers() {
    let pages = read(&deploy("nginx/pages.conf"));
    // A place with a header of its own inherits none.
    let places = Regex::new(r"(?s)location [^{]+\{[^}]*root [^}]*\}").unwrap();
    let places: Vec<&str> = places.find_iter(&pages).map(|place| place.as_str()).collect();
    assert_eq!(places.len(), 6);
    assert!(places.iter().all(|place| place.contains("include /etc/nginx/headers.conf;")), "{places:?}");
}

#[test]
fn what_is_served_is_in_the_image_and_every_service_is_behind() {
    let (pages, image) = (read(&deploy("nginx/pages.conf")), read(&deploy("Dockerfile")));
    for root in ["/srv/pages/public", "/srv/pages", "/srv/settings"] {
        assert!(pages.contains(&format!("root {root};")) && image.contains(&format!(" {root}/")), "{root}");
    }
    for file in ["/settings.json", "/console/settings.json"] {
        let mounted = format!("location = {file} {{\n        root /srv/settings;");
        assert!(pages.contains(&mounted) && image.contains(&format!(" /srv/settings{file}\n")), "{file}");
    }
    for service in SERVICES {
        assert!(
            pages.contains(&format!("location /{service}/ {{ proxy_pass http://{service}/; }}")),
            "{service}"
        );
    }
    for from in Regex::new(r"(?m)^FROM (\S+)").unwrap().captures_iter(&image) {
        let (_, tag) = from[1].rsplit_once(':').unwrap();
        assert!(tag.starts_with(|first: char| first.is_ascii_digit()), "{}", &from[0]);
    }
}
