import type { Fields } from "./store";

export interface Subscription extends Fields {
  database?: string;
  schema?: string;
  table?: string;
  subscribe?: boolean;
  publish?: boolean;
}

/** A record of system.hdb_nodes. */
export interface NodeRecord extends Fields {
  name: string;
  url?: string;
  replicates?: boolean;
  subscriptions?: Subscription[] | null;
  revoked_certificates?: string[];
  shard?: number;
  ca?: string;
}

export const databaseOf = (subscription: Subscription) => subscription.database ?? subscription.schema;

export interface User {
  username: string;
  password: string;
  superUser: boolean;
  active: boolean;
}

export type Route = string | Fields;
