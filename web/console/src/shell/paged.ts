export * from "@kit/paged";
