import type { Declared } from "../program/declared";

export type Level = "error" | "warning" | "info";

/** What the rules look at. What is not known is not looked at. */
export interface Checked {
  declared: Declared;
  /** How instances are reached, by their names in `harper:instances`; without credentials. */
  connections?: Record<string, { endpoint: string; insecureSkipTlsVerify?: boolean | undefined }>;
  /** Tables, as `database.table`, of the instances that were asked. */
  tables?: Record<string, ReadonlySet<string>>;
  /** How many members a shard is to have. */
  shardReplicas: number;
}

export interface Found {
  /** What it is about, for people and to silence it: an instance, a pair `us-1/eu-1`, or an edge of one. */
  at: string;
  text: string;
  /** Resources that have to do with it. */
  urns: string[];
}

export interface Rule {
  name: string;
  level: Level;
  /** The declared graph, the inputs of single resources, or what instances tell. */
  looksAt: "graph" | "inputs" | "instances";
  /** In a sentence, what it finds. */
  title: string;
  /** Why that is bad, and what to do. */
  page: string;
  find(checked: Checked): Found[];
}
