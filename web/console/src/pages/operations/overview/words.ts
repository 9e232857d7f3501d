// What is wrong and what to do next: the texts of deploy/README.md ("What the alerts mean"), for who looks at the page.
import type { Words } from "@kit/words";

const zh = {
  all_away: "四个服务都没有应答",
  all_awayDo:
    "先查这台设备到平台的网络和平台的入口，再看各实例的日志和编排系统。此间不能受理；已受理的和待发送的事件都会保留，恢复后自动处理。",
  away: "{service}没有应答",
  awayDo: "查看实例的日志和编排系统。其他服务照常运行；发给它的事件会保留，恢复后自动处理。",
  failed: "{service}的“{subject}”已失效，不会自行恢复",
  failedDo: "先保存日志，再重启这个实例。",
  database: "{service}的数据库没有应答",
  databaseDo: "检查数据库进程、连接数和磁盘空间。此间的提交会被拒绝，用同一个键重试即可。",
  bus: "{service}没有连上消息总线",
  busDo: "检查总线各服务器的 /healthz、网络和该服务的密钥。市民仍可正常提交，事件留在待发送中。",
  unready: "{service}的“{subject}”没有就绪",
  unreadyDo: "多半正在重新启动，会自行恢复；不恢复时看它的日志。",
  unread: "{service}还没有读完 {subject}，差 {count} 条，暂不接受请求",
  unreadDo: "确认消息流 {subject} 存在并且有主节点；读完后自动就绪。",
  old: "{service}已有 {time}没有收到 {subject} 的更新",
  oldDo: "检查它与总线的连接和消息流的主节点，恢复后自动追上。派单前仍会逐单向信用服务核对。",
  outbox: "{service}有 {count} 条事件等待发送，最早的已等 {time}",
  outboxDo: "先看是否断开了总线、消息流是否将满；日志里 relay 一行写明被拒的原因。",
  stuck: "{subject} 停滞了 {time}",
  stuckDo: "查看这个消费者的日志；如果是处理卡住，重启一个实例。",
  errors: "{service}过去 5 分钟有 {count}% 的应答是平台内部错误",
  errorsDo: "按问题里的 trace_id 查日志，并检查数据库。",
  slow_applied: "信用变动 {time}后才进入派单排序（警戒 2 秒）",
  slow_appliedDo: "看派单服务和总线的负载。派单前仍会逐单向信用服务核对，不会派错。",
  slow_pushed: "信用变动 {time}后才到达各前端（警戒 3 秒）",
  slow_pushedDo: "先看变动进入排序是否也慢，再看派单的应答和受理的负载。",
  lags: "{subject} 积压 {count} 条",
  lagsDo: "增加实例，并检查数据库。",
  letters: "{subject} 有 {count} 封死信",
  lettersDo: "看原因，消除后重投；不该生效的写明理由后放弃。",
  fills: "消息流 {subject} 已用 {count}%",
  fillsDo: "看哪个消费者积压多日，必要时提高上限。满了以后事件留在待发送中，不会丢失。",
  shed: "{service}过去 5 分钟因过载拒绝了 {count} 个请求",
  shedDo: "增加实例。",
  calendar: "已知的工作日历还剩 {count} 天",
  calendarDo: "按国务院通知配置下一年的日历（process.calendar）；否则期限按有利于企业的方式计算。",
} as const;

const en: { [K in keyof typeof zh]: string } = {
  all_away: "None of the four services answers",
  all_awayDo:
    "Check the network from this device and the way in to the platform first, then the instances' logs and their orchestrator. Nothing is taken in meanwhile; what was received and its events are kept, and done later.",
  away: "No answer: {service}",
  awayDo: "Look at the instance's log and its orchestrator. The others go on; events for it are kept and done later.",
  failed: "“{subject}” of {service} has failed for good",
  failedDo: "Keep the log, then restart this instance.",
  database: "No answer from the database: {service}",
  databaseDo:
    "Look at its process, connections and disk. Commands are refused meanwhile; the same key can be sent again.",
  bus: "No connection to the bus: {service}",
  busDo: "Look at the servers' /healthz, the network, the service's key. People are still answered; events wait here.",
  unready: "“{subject}” of {service} is not ready",
  unreadyDo: "It is most likely starting over and heals by itself; if it does not, look at its log.",
  unread: "{service} has yet to read {count} of {subject} and takes no requests",
  unreadDo: "Is the stream {subject} there, and has it a leader? It becomes ready by itself.",
  old: "{service} has heard nothing of {subject} for {time}",
  oldDo:
    "Look at its connection and at the stream's leader; it catches up by itself. Each assignment is still confirmed with credit.",
  outbox:
    "{count} event of {service} waits to be published, for {time} | {count} events of {service} wait to be published, the oldest for {time}",
  outboxDo: "Is the bus away, or a stream full? The relay's line in the log names the refusal.",
  stuck: "{subject} has got nowhere for {time}",
  stuckDo: "Look at the consumer's log; restart one instance if a handler hangs.",
  errors: "{count}% of what {service} answered in the last 5 minutes were errors of ours",
  errorsDo: "Look in the log for the trace_id of a problem, and at the database.",
  slow_applied: "Changes of standing take {time} to the ranking (limit: 2 s)",
  slow_appliedDo: "Look at the load of dispatch and the bus. Each assignment is still confirmed with credit.",
  slow_pushed: "Changes of standing take {time} to the front ends (limit: 3 s)",
  slow_pushedDo: "Are they slow to the ranking already? Then dispatch's answers and the load of intake.",
  lags: "{count} message waits for {subject} | {count} messages wait for {subject}",
  lagsDo: "Add instances, and look at the database.",
  letters: "Dead letters of {subject}: {count}",
  lettersDo: "See why, mend it, drive them again; discard with a reason what must not take effect.",
  fills: "Stream {subject} is {count}% full",
  fillsDo:
    "Which consumer has lagged for days? Raise the limit if need be. Full, events wait in the outbox; none is lost.",
  shed: "Turned away by {service} in the last 5 minutes: {count}, too many at once",
  shedDo: "Add instances.",
  calendar: "The working days are known for {count} more day | The working days are known for {count} more days",
  calendarDo:
    "Give the coming year's calendar by process.calendar; until then deadlines are counted in the merchants' favour.",
};

export const runbook: Words<typeof zh> = { zh, en };
