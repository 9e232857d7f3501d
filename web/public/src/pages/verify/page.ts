import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/verify",
    title: { zh: "验证书", en: "Check a certificate" },
    order: 2,
    offline: {
      zh: "网络已断开：扫码验证照常可用；输入编号查询要等网络恢复。",
      en: "No network: checking by the code works all the same; looking up a number waits for the network.",
    },
    load: () => import("./VerifyPage.vue"),
  }),
  definePage({
    path: "/certificates/:number",
    title: { zh: "信用等级证书", en: "Certificate" },
    offline: {
      zh: "网络已断开：按编号查不了登记簿。扫证书上的码，没有网络也能验。",
      en: "No network: the register cannot be asked. Scan the code of the certificate: that works without one.",
    },
    load: () => import("./CertificatePage.vue"),
  }),
];
