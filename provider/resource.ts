import type { z } from "zod";
import type { LastRead } from "./audit";
import type { Instance, Instances, Target } from "./instances";

/** The metadata words of a field, beside `description`, `secret`, `writeOnly` and `settingOnly` (operations-api/connection.ts). */
declare module "zod" {
  interface GlobalMeta {
    /** A change makes a new object: always, or where the predicate says so. It sees the state and the new value. */
    replaceOnChanges?: boolean | ((state: unknown, wanted: unknown) => boolean);
    /**
     * Equality of state and new value where `===` in depth is too strict; it also sees the whole state. Default: what is
     * not set is not compared.
     */
    sameAs?: (state: unknown, wanted: unknown, whole: Record<string, unknown>) => boolean;
    /** Of an output: whether its value says that the object is not as declared, and what mends it. */
    drift?: (state: unknown) => "update" | "replace" | undefined;
    /** Of an output: each update says it anew. */
    momentary?: boolean;
    /** What a message may show of a value: all of it, unless something in it is secret. */
    shown?: (value: unknown) => unknown;
    /** For a list whose order says nothing: what tells its elements apart. */
    keyOf?: (element: unknown) => string;
  }
}

/**
 * Says something to the user: at preview and at up. `warning` for what may surprise; `instance` where it is about one, not
 * about the resource in hand.
 */
export type Tell = (severity: "info" | "warning", text: string, about?: "instance") => void;

/** What the hooks of a resource work with. */
export interface Context {
  instances: Instances;
  /** The instance that the resource's `target` names. */
  at: Instance;
  tell: Tell;
  /** Of a write: it was read to be there. Nothing is sent, and what comes after it is still to be done. */
  isWritten?: boolean;
}

/** The same, where something new is planned, or a change of what is there. */
export interface Changing extends Context {
  /** What is there is removed first, and made anew. */
  isReplaced: boolean;
}

/** Reports that a property is wrong. The path is Pulumi's: `subscriptions[0].table`. */
export type Fail = (property: string, reason: string) => void;

/** Inputs of every resource. */
export interface CommonInputs {
  target?: Target;
  adopt?: "identical" | "never" | "always" | undefined;
}

/** Outputs of every resource. */
export interface CommonOutputs {
  /** The name the target instance reports of itself. */
  instance: string;
  /** Of the certificate authority that it made for itself; what was made before 0.1.0 may have none. */
  authoritySerial?: string | undefined;
}

/**
 * One resource: its schema, and how it is observed, written and removed. Everything else (check, diff, adoption,
 * verification, errors) is in lifecycle/, the same for all.
 */
export interface ResourceDefinition<
  I extends CommonInputs = CommonInputs,
  S extends CommonOutputs & I = CommonOutputs & I,
> {
  /** Type name, such as `Node`. */
  name: string;
  description: string;
  inputs: z.ZodObject;
  /** What is known only from the instance, beside the inputs. */
  outputs: z.ZodObject;
  /** Rules between fields. Fields that are not known yet are `unknown`; called with defaults filled in. */
  rules?(inputs: Record<string, unknown>, fail: Fail): void;
  /** Fills in what follows from other fields, after the rules. */
  complete?(inputs: Record<string, unknown>): void;
  /**
   * What the live instance has to say to the inputs, of which some may be `unknown` yet; `olds` are those of before.
   * Throws where it cannot be asked.
   */
  liveRules?(inputs: I, context: Context, fail: Fail, olds: Record<string, unknown>): Promise<void>;
  /**
   * Says what making it, or changing what is there, may do to rows and credentials; not said of what stays as it is. Called
   * with the inputs that are known.
   */
  hazards?(wanted: Partial<I>, before: S | undefined, context: Changing): Promise<void>;
  /** `us-1/eu-1`: made of names that instances report. */
  id(state: S): string;
  /**
   * It writes nothing, and is on no instance: its `write` only waits, and its outputs are of the moment when that was over. So
   * it needs no lease and no claim, can be cancelled at any time, and is read and deleted without asking anybody.
   */
  barrier?: boolean;
  /** Either end can declare it: its id begins with the names of the two. */
  mirrored?: boolean;
  /** The name of the other end, as far as it can be told from the state or the inputs. */
  peer?(like: Partial<I | S>): string | undefined;
  /** For claims: whether what lies below its id is all its own. */
  isWhole?(inputs: I): boolean;
  /** For claims: ids of what has all objects of its kind, by the parts of its own id. */
  within?(parts: string[]): string[];
  /** For claims: the outputs that its id is made of, as far as they can be told before it is there. */
  expected?(inputs: I, context: Context): Promise<Partial<S>>;
  /** For import: how an id is written behind the instance's name, such as `NODE/DATABASE/TABLE`. One line a form; none where it cannot be imported. */
  idForms: Record<string, string>;
  /** For import: what is known of the object from its id behind the instance's name; undefined where it is no such id. */
  fromId(rest: string): Partial<I | S> | undefined;
  /** For import: the same with all fields that are there declared, so that observing it leaves nothing out. */
  declareAll?(like: Partial<I | S>, context: Context): Promise<Partial<I | S>>;
  /** What is there now; undefined where it is absent. `like` is the state, or the inputs where there is none yet. */
  observe(like: I | S, context: Context): Promise<S | undefined>;
  /** Makes it so, whatever is there. Called again with the same, it does no harm. Answers outputs that can be read nowhere. */
  write(wanted: I, before: S | undefined, context: Context): Promise<Partial<S> | undefined>;
  /** Takes it away; what is not there is no error. False where it is left, as another resource has it now. */
  remove(state: S, context: Context): Promise<boolean>;
  /** Whether a delete has taken it away, where something of it always stays. Default: that it is not observed. */
  isGone?(state: S, context: Context): Promise<boolean>;
  /** For the audit log: what was read of it last, on each end. Asks nobody. `like` is the state, or the inputs where there is none. */
  lastRead?(like: Partial<I | S>, context: Pick<Context, "at" | "instances">): LastRead[];
  /** For adoption: names of what is there and not declared, which a write would remove unasked. */
  undeclared?(there: S, wanted: I): string[];
  /** For adoption: what of the declared can be there already, where a part of it may. Default: all. */
  partThere?(there: S, wanted: I): I;
  /** What can be done where the target is gone for good, and what was, in a sentence. */
  abandon?(state: S, context: Context): Promise<string>;
  /** Outputs of what may have been written and cannot be read now: enough to look for it later. */
  assume?(wanted: I): Partial<S>;
  /** Fields that `up` has to see to although they are as declared, because the instance does not act on them yet. */
  overdue?(state: S, wanted: I, context: Context): Promise<string[]>;
  /** What is stored but not yet true, in a sentence an instance. */
  pending?(state: S, context: Context): Promise<string[]>;
}

/** Any resource, its inputs and its state: the lifecycle knows no more of them than their schema says. */
export type Inputs = CommonInputs & Record<string, unknown>;
export type State = CommonOutputs & Inputs;
export type Resource = ResourceDefinition<Inputs, State>;

/** Keeps the types of one declaration together. */
export const defineResource = <I extends CommonInputs, S extends CommonOutputs & I>(
  definition: ResourceDefinition<I, S>,
): ResourceDefinition<I, S> => definition;
