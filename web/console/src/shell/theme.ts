export * from "@kit/theme/theme";
