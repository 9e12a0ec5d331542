import type { Program } from "./programs";

/** How one command of the engine ended. */
export interface Outcome {
  ok: boolean;
  /** All that was said, for people and for the search for secrets. */
  said: string;
}

/** An engine that has a stack, and a provider that it starts for each command. */
export interface Driver {
  /** How long the provider waits for an answer, from the next command on. */
  timeoutSeconds: number;
  /** Makes it so; `refresh` looks first. After a failure the stack has what an engine keeps. */
  up(program: Program): Promise<Outcome>;
  refresh(): Promise<Outcome>;
  /** Ok where `up` would change nothing, and nothing has drifted. */
  unchanged(program: Program): Promise<Outcome>;
  /** What an engine asks its user to do after it was killed, where it does. */
  repair(): Promise<Outcome>;
  /** The names of the resources in the stack. */
  names(): Promise<string[]>;
  /** Everything that the engine keeps, as it is on disk. */
  kept(): Promise<string>;
  /** Of the command that runs. */
  killProvider(): Promise<void>;
  killEngine(): Promise<void>;
}
