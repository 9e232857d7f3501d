//! Names of companies and people that do not exist.

use super::chance::{Chance, topic};

/// Characters that company names like to begin with.
const FIRST: [char; 48] = [
    '甬', '安', '惠', '诚', '和', '信', '康', '明', '瑞', '德', '恒', '顺', '福', '祥', '泰', '嘉', '佳',
    '永', '新', '华', '锦', '兴', '盛', '达', '博', '众', '美', '优', '欣', '鑫', '悦', '乐', '舒', '洁',
    '净', '亮', '捷', '速', '勤', '良', '仁', '善', '邻', '里', '万', '百', '千', '润',
];
/// And those that follow.
const SECOND: [char; 48] = [
    '城', '家', '民', '通', '源', '隆', '昌', '成', '立', '远', '辉', '光', '友', '心', '行', '业', '来',
    '庭', '居', '园', '益', '利', '丰', '年', '春', '旺', '联', '合', '同', '爱', '帮', '手', '匠', '工',
    '诺', '翔', '飞', '腾', '正', '平', '贤', '海', '江', '舟', '桥', '湖', '港', '月',
];
const FORM: [&str; 5] = ["服务部", "服务有限公司", "便民服务社", "服务中心", "服务站"];
const SURNAME: [char; 40] = [
    '王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '徐', '孙', '胡', '朱', '高', '林', '何',
    '郭', '马', '罗', '梁', '宋', '郑', '谢', '韩', '唐', '冯', '于', '董', '萧', '程', '曹', '袁', '邓',
    '许', '傅', '沈', '曾', '彭', '吕',
];

/// A company's name, different for each index: the pairs of characters are walked through in a scattered
/// order, and when all have been used the branches are numbered.
pub(super) fn company(city: &str, trade: &str, seed: u64, index: u32) -> String {
    // Odd and not divisible by 3, so coprime to 48 * 48: every pair comes once in a round.
    const STRIDE: u64 = 1_423;
    let pairs = (FIRST.len() * SECOND.len()) as u64;
    let mut chance = Chance::new(seed, &[topic("company"), u64::from(index)]);
    let form = chance.pick(&FORM).copied().unwrap_or_default();
    let place = (u64::from(index) * STRIDE + seed % pairs) % pairs;
    let at = |characters: &[char], place: u64| {
        usize::try_from(place).ok().and_then(|place| characters.get(place).copied()).unwrap_or('甬')
    };
    let first = at(&FIRST, place / SECOND.len() as u64);
    let second = at(&SECOND, place % SECOND.len() as u64);
    // Some trades are called a service already, and so is every form.
    let trade = trade.strip_suffix("服务").unwrap_or(trade);
    let name = format!("{city}{first}{second}{trade}{form}");
    match u64::from(index) / pairs {
        0 => name,
        round => format!("{name}第{}分店", round + 1),
    }
}

/// A masked name: one of the commonest surnames and nothing more.
pub(super) fn masked_person(chance: &mut Chance) -> String {
    let surname = chance.pick(&SURNAME).copied().unwrap_or('某');
    let stars = if chance.permille(700) { "**" } else { "*" };
    format!("{surname}{stars}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_company_is_called_a_service_twice_over() {
        assert!((0..200).all(|index| !company("宁波", "保洁服务", 1, index).contains("服务服务")));
    }
}
