import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/verify",
    title: { zh: "验证书", en: "Check a certificate" },
    order: 2,
    offline: {
      zh: "网络已断开：扫码验证用本机留存的名单，名单的时间见页底；输入编号查询要等网络恢复。",
      en: "No network: codes are checked with the list that this device keeps, whose date stands below; looking up a number waits for the network.",
    },
    load: () => import("./VerifyPage.vue"),
  }),
  definePage({
    path: "/certificates/:number",
    title: { zh: "信用等级证书", en: "Certificate" },
    offline: {
      zh: "网络已断开：按编号查不了登记簿。本机留有名单时，扫证书上的码也能验。",
      en: "No network: the register cannot be asked. The code of the certificate can be checked with the list that this device keeps.",
    },
    load: () => import("./CertificatePage.vue"),
  }),
];
