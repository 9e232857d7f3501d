export * from "@kit/queries";
