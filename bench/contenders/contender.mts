import type { Case, Member } from "../cases.mts";
import type { Command, Ended } from "../run.mts";
import type { StandIn } from "../stand-in/index.mts";

export const stepNames = [
  "up",
  "no-op up",
  "preview",
  "drift preview",
  "one-edge change",
  "refresh",
  "destroy",
] as const;
export type StepName = (typeof stepNames)[number];

/** What a contender runs for a step; or why it cannot. */
export type Step = { command: Command; sawDrift?: (ended: Ended) => boolean } | { reason: string };

/** What the programs are made of: the instances of a case, and whether an edge differs from the others. */
export interface Declared {
  members: Member[];
  inline: boolean;
  /** The one edge that is changed goes one way only. */
  changed: boolean;
}

/** One life of a case. */
export interface Life {
  /** Called right before the step. */
  step(name: StepName): Promise<Step>;
  /** Of what it keeps of the resources; undefined where it keeps nothing. */
  stateBytes(): Promise<number | undefined>;
}

export interface Contender {
  name: string;
  /** For whom reads the table. */
  about: string;
  /** Why it does not take part, in a line; undefined where it does. */
  missing?: string | undefined;
  versions?: Record<string, string>;
  begin(one: Case, standIn: StandIn): Promise<Life>;
}

/** The edge that is changed, and the one that somebody takes away: the last of the first instance. */
export const theEdge = ([first]: Member[]): { instance: string; hub: string; table: string } => ({
  instance: first?.name ?? "",
  hub: first?.hub ?? "",
  table: first?.tables.at(-1) ?? "",
});
