//! A draft without mistakes.

use intake_domain::{ContactDraft, Draft, ItemFacts, Known, Mode, Request, receive};
use kernel::{
    Actor, Area, CategoryCode, Channel, CitizenId, City, ItemCode, PersonalText, RequestId, Risk, Timestamp,
    Urgency,
};

/// 2026-11-23T08:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp::from_micros(1_795_420_800_000_000);

pub(crate) fn words(text: &str) -> PersonalText {
    PersonalText::new(text.to_owned())
}

pub(crate) fn draft() -> Draft {
    Draft {
        id: RequestId::from_u128(1),
        city: City::try_new(330_200).unwrap(),
        citizen: CitizenId::from_u128(2),
        by: Actor::Channel { channel: Channel::Wechat },
        channel: Channel::Wechat,
        contact: ContactDraft {
            name: words("王小明"),
            phone: words("138 0000 1234"),
            address: words("解放南路 9 号 301 室"),
        },
        item: ItemCode::try_new("lock-opening-door").unwrap(),
        area: Area::try_new(330_203_001).unwrap(),
        wanted_at: None,
        description: words("钥匙落在屋里\n门锁着"),
        mode: Mode::Auto,
        preferred: None,
    }
}

pub(crate) fn known() -> Known {
    let item = ItemFacts {
        category: CategoryCode::try_new("lock-opening").unwrap(),
        urgency: Urgency::Emergency,
        risk: Risk::High,
        enters_home: true,
    };
    Known { item: Some(item), area: true }
}

pub(crate) fn request() -> Request {
    receive(draft(), known(), NOW).unwrap().request
}
