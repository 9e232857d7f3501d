import vue from "eslint-plugin-vue";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["**/dist", "**/generated"] },
  ...ts.configs.strict,
  ...vue.configs["flat/recommended"],
  { files: ["**/*.vue"], languageOptions: { parserOptions: { parser: ts.parser } } },
  {
    rules: {
      // Prettier lays out.
      "vue/max-attributes-per-line": "off",
      "vue/multiline-html-element-content-newline": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/html-self-closing": "off",
      "vue/html-indent": "off",
      "vue/html-closing-bracket-newline": "off",
      "vue/multi-word-component-names": "off",
      "vue/require-default-prop": "off",
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", { max: 70, skipComments: true }],
      "no-console": "error",
      "vue/no-v-html": "error",
    },
  },
  // A test makes the components that it needs beside each other.
  { files: ["**/*.test.ts"], rules: { "vue/one-component-per-file": "off" } },
  // A table of words is as long as there are words.
  { files: ["kit/src/words/**"], rules: { "max-lines": "off" } },
);
