import type { Body, Seat } from "../run";

export const credentials = { verify_tls: false, authorization: { username: "{username}", password: "{password}" } };

export const edge = (database: string, table: string, subscribe: boolean, publish: boolean) => ({
  database,
  table,
  subscribe,
  publish,
});

export const add = (peer: Seat, subscriptions?: readonly Body[], more: Body = {}): Body => ({
  operation: "add_node",
  hostname: `{${peer}}`,
  ...(subscriptions ? { subscriptions } : {}),
  ...more,
});

export const join = (peer: Seat, subscriptions?: readonly Body[], more: Body = {}): Body =>
  add(peer, subscriptions, { ...credentials, ...more });

export const update = (peer: Seat, subscriptions?: readonly Body[], more: Body = {}): Body => ({
  ...add(peer, subscriptions, more),
  operation: "update_node",
});

export const leave = (peer: Seat): Body => ({ operation: "remove_node", hostname: `{${peer}}` });
