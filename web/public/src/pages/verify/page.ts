import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/verify",
    title: { zh: "验证书", en: "Check a certificate" },
    order: 2,
    load: () => import("./VerifyPage.vue"),
  }),
  definePage({
    path: "/certificates/:number",
    title: { zh: "信用等级证书", en: "Certificate" },
    load: () => import("./CertificatePage.vue"),
  }),
];
