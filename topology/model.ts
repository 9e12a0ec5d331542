/** The graph of a cluster, whether it is declared, planned or live: who exchanges which rows with whom. Plain data. */
export interface Topology {
  /** By name. Whose name in `harper:instances` is known has that; others have the name they report of themselves. */
  members: Record<string, Member>;
  links: Link[];
}

/** One instance. */
export interface Member {
  /** The name it reports of itself, where that is known. */
  reports?: string;
  shard?: number;
}

/** Two members that know each other. */
export interface Link {
  between: Pair;
  /** Everything, both ways. Who is linked so, directly or by others, is in one mesh. */
  full: boolean;
  /** What goes between them where not everything does. */
  flows: Flow[];
}

export type Pair = readonly [string, string];

/** Rows of a table that are written on `from` arrive on `to`. */
export interface Flow {
  database: string;
  table: string;
  from: string;
  to: string;
}

export const isBetween = ({ between }: Link, one: string, other: string): boolean =>
  between.includes(one) && between.includes(other) && one !== other;

export const otherEnd = ({ between: [one, other] }: Link, name: string): string => (one === name ? other : one);

/** What a table is called: `shop.orders`. */
export const tableOf = ({ database, table }: Pick<Flow, "database" | "table">): string => `${database}.${table}`;

/** Every table that goes anywhere by a link of its own. */
export const tablesIn = ({ links }: Topology): string[] =>
  [...new Set(links.flatMap(({ flows }) => flows.map(tableOf)))].sort();
