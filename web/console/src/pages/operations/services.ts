// What each of the four services says of itself and its messages: the same paths, asked of one or another.
import { type Api, data } from "@kit/api/client";
import type { components, paths } from "@kit/api/generated/intake";
import type { Client } from "openapi-fetch";

export const SERVICES = ["intake", "dispatch", "feedback", "credit"] as const;
export type Service = (typeof SERVICES)[number];
export type Operations = components["schemas"]["Operations"];
export type Letter = components["schemas"]["DeadLetter"];
export type LetterState = Letter["state"];
export type Act = Letter["allowed_actions"][number];

type Shared = Pick<
  paths,
  | "/v1/operations"
  | "/v1/consumers"
  | "/v1/dead-letters"
  | "/v1/dead-letters/redrive"
  | "/v1/dead-letters/{id}"
  | "/v1/dead-letters/{id}/discard"
  | "/v1/dead-letters/{id}/redrive"
>;

/** The calls to one service. */
export function messages(api: Api, service: Service) {
  const clients: Record<Service, Client<Shared>> = api;
  const client = clients[service];
  return {
    operations: () => data(client.GET("/v1/operations")),
    consumers: () => data(client.GET("/v1/consumers")),
    letters: (query: { state: LetterState; consumer?: string; limit: number; after?: string }) =>
      data(client.GET("/v1/dead-letters", { params: { query } })),
    letter: (id: string) => data(client.GET("/v1/dead-letters/{id}", { params: { path: { id } } })),
    redrive: (id: string) => data(client.POST("/v1/dead-letters/{id}/redrive", { params: { path: { id } } })),
    discard: (id: string, reason: string) =>
      data(client.POST("/v1/dead-letters/{id}/discard", { params: { path: { id } }, body: { reason } })),
    redriveMany: (ids: string[]) => data(client.POST("/v1/dead-letters/redrive", { body: { ids } })),
  };
}
