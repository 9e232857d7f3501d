//! The draw among equals: a ring of 2³² points on which every merchant has a fixed place and every request a
//! starting point; the next merchant clockwise comes first.
//!
//! All of it is a pure function of the merchant's id, the request's id and the seed published for the day, so
//! that anybody can draw again. The merchant's place does not depend on the day: a cell can be kept sorted. Gaps
//! on the ring are uneven; that an order counts as served at once (rule 4) evens them out.
//!
//! The hash is written here because it must never change: splitmix64's finaliser (Steele, Lea, Flood 2014).

use kernel::{Day, MerchantId, RequestId};

/// Keeps the starting point and the newcomer draw of one request apart: else the orders kept for newcomers
/// would all start from the same tenth of the ring.
const RESERVE_SALT: u64 = 0x8189_0818_9081_8908;

/// One step of splitmix64.
const fn mix(word: u64) -> u64 {
    let z = word.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The upper half of the hash.
const fn upper(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// `mix(mix(high) ^ low)` of the id's two big-endian halves.
const fn hash((high, low): (u64, u64)) -> u64 {
    mix(mix(high) ^ low)
}

/// The seed published for a day, from a base that is kept until the day: 53 bits, which every JSON reader keeps.
#[must_use]
pub fn daily_seed(base: u64, day: Day) -> u64 {
    mix(base ^ mix(u64::from(day.julian().cast_unsigned()))) >> 11
}

/// A merchant's place on the ring.
#[must_use]
pub fn merchant_point(merchant: MerchantId) -> u32 {
    upper(hash(merchant.uuid().as_u64_pair()))
}

/// Where the search for a request starts; without a request, where all searches of the day start.
#[must_use]
pub fn start_point(request: Option<RequestId>, daily_seed: u64) -> u32 {
    let request = request.map_or(0, |request| hash(request.uuid().as_u64_pair()));
    upper(mix(request ^ mix(daily_seed)))
}

/// A request's draw for the newcomer reserve, 0 to 99: below the policy's share, newcomers come first.
#[must_use]
pub fn reserve_draw(request: RequestId, daily_seed: u64) -> u8 {
    let drawn = mix(hash(request.uuid().as_u64_pair()) ^ mix(daily_seed ^ RESERVE_SALT));
    (drawn % 100) as u8
}

/// Steps clockwise from the start to a merchant's place.
#[must_use]
pub const fn clockwise(start: u32, point: u32) -> u32 {
    point.wrapping_sub(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_draw_of_a_known_request_and_merchant_never_changes() {
        let request = "0198c5c0-0000-7000-8000-000000000001".parse().unwrap();
        let merchant = "0198c5c0-0000-7000-8000-000000000002".parse().unwrap();
        assert_eq!(mix(0), 0xE220_A839_7B1D_CDAF, "splitmix64's first number from seed 0");
        assert_eq!(
            (merchant_point(merchant), start_point(Some(request), 7), reserve_draw(request, 7)),
            (2_970_985_127, 1_559_957_620, 98)
        );
    }

    #[test]
    fn clockwise_distance_wraps_round_the_ring() {
        assert_eq!(clockwise(10, 12), 2);
        assert_eq!(clockwise(u32::MAX, 1), 2);
    }

    #[test]
    fn about_one_request_in_ten_falls_into_a_share_of_ten_percent() {
        let drawn = (0..10_000)
            .map(|n| format!("0198c5c0-0000-7000-8000-{n:012x}").parse().unwrap())
            .filter(|request| reserve_draw(*request, 81_890) < 10)
            .count();
        assert!((900..1_100).contains(&drawn), "{drawn}");
    }
}
