// The names of what makes a grade: points, dimensions, breaches, quality, thresholds, the evaluation.
import { type Name, name } from "./naming";

export const GRADING: Readonly<Record<string, Name>> = {
  version: name("版本", "Version"),
  in_force_from: name("生效时间", "In force from"),
  source: name("数字的来源", "Where the numbers come from", [
    "写给看规则的人：哪些数字是平台自定的。",
    "For whoever reads the rules: whose numbers these are.",
  ]),

  social_evaluation: name("社会评价", "Social evaluation"),
  credit_activities: name("信用建设活动", "Credit activities"),
  credit_record: name("信用记录", "Credit record"),
  demonstration: name("示范引领", "Demonstration"),

  opening: name("新加盟起始分", "What a newcomer starts with", [
    "加盟当日记入，每个维度都要在它的上下限内。",
    "Recorded on the day of affiliation, within the bounds of each dimension.",
  ]),
  entry_grade: name("新加盟的等级", "Grade of a newcomer", [
    "到第一次年度评价为止；起始分、没有回访时应能达到。",
    "Until its first evaluation; its opening points must allow it without any call-back.",
  ]),

  dimensions: name("四个维度", "The four dimensions", [
    "每个维度限在上下限内再相加；四个上限合计 1000。",
    "Each counts within its bounds, then they are added; the four ceilings make 1,000.",
  ]),
  floor: name("下限", "Least"),
  ceiling: name("上限", "Most"),

  followup: name("回访", "Call-backs"),
  satisfied: name("市民满意", "The citizen was content"),
  unsatisfied: name("市民不满意，未构成失信", "Not content, but no breach"),

  breach: name("核实的失信", "Verified breaches", [
    "越重的失信，扣分、封顶、降级和时间都不能更宽。",
    "The graver a breach, the more it must cost in every respect.",
  ]),
  minor: name("轻微失信", "Minor breach"),
  general: name("一般失信", "General breach"),
  serious: name("严重失信", "Serious breach"),
  points: name("分数", "Points"),
  cap: name("最高只能到", "At best", ["到下一次年度评价为止。", "Until the next evaluation."]),
  levels_down: name("当即降几级", "Grades down at once"),
  valid_days: {
    ...name("计分多久", "Counts for", [
      "期满由相反的条目退回；留空则一直计分。",
      "Then taken back by an opposite entry; for good, if empty.",
    ]),
    none: { zh: "一直计分", en: "for good" },
  },
  immediate_floor: name("降级最低到", "Steps down end at", [
    "再低只能由分数决定。",
    "Only the score can take a merchant lower.",
  ]),
  open_serious_cap: name("严重失信未了结时最高到", "At best with an open serious finding"),

  quality: name("服务质量", "Service quality", [
    "年度评价时社会评价换成测得的质量。",
    "In the evaluation, social evaluation becomes the measured quality.",
  ]),
  prior_weight: name("类别均值相当于多少位市民", "Citizens that the mean stands for", [
    "越大，回访少的企业越接近类别均值。",
    "The more, the nearer a merchant with few call-backs is to the mean.",
  ]),
  half_life_days: name("评价的半衰期", "Half-life of what was said", [
    "这么多天前的评价只算一半。",
    "What was said so long ago counts half.",
  ]),
  mean_permille: name("类别均值", "Mean of a category", [
    "下面没有单列的类别都按这个满意率。",
    "For every category that is not listed below.",
  ]),
  category_means_permille: name("单列类别的均值", "Means of single categories", [
    "模拟会算出每个类别实测的满意率。",
    "A simulation finds the measured mean of each.",
  ]),
  "category_means_permille/*": name("满意率", "Share of content citizens"),
  floor_at_permille: name("得最低分的质量", "Quality that gives the least"),
  ceiling_at_permille: name("得满分的质量", "Quality that gives the most"),

  bands: name("各等级的分数", "Scores of the grades", [
    "达到分数才可能有这个等级；由高到低。",
    "From this score on the grade is in reach; best first.",
  ]),
  grade: name("等级", "Grade"),
  score_min: name("分数不低于", "Score from"),
  gates: name("各等级要有的证据", "Evidence that grades need", [
    "没有列出的等级不要求证据。",
    "Grades that are not listed need none.",
  ]),
  callbacks_min: name("回访不少于", "Call-backs, at least"),
  lower_bound_permille: name("满意率下限", "Sure share of content citizens", [
    "有把握至少达到的满意率（威尔逊下限）。",
    "The share of which we are sure (Wilson lower bound).",
  ]),
  confidence: name("把握的程度", "How sure it must be", [
    "z² 写成分数：38416 / 10000 即 1.96²，双侧 95%。",
    "z squared as a fraction: 38416 / 10000 is 1.96 squared, 95 % two-sided.",
  ]),
  z_squared_numerator: name("z² 的分子", "Numerator of z squared"),
  z_squared_denominator: name("z² 的分母", "Denominator of z squared"),

  evaluation: name("年度评价", "Yearly evaluation"),
  publish_within_days: name("算完后多久公布", "Published within, after it is computed"),
  objection_working_days: name("公布后可提异议", "Time to object, once published"),
};
