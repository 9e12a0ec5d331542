import { PartialFailure } from "../ensure";
import type { Instance } from "../instances";
import type { ClaimRow } from "../operations-api";
import type { Context, Fail, Inputs, Resource, State, Tell } from "../resource";
import {
  type Claimant,
  type Claimed,
  claimId,
  claimOf,
  claimRow,
  inTheWay,
  isSaid,
  isSuperseded,
  ownerIn,
  refusal,
  stale,
  toDo,
} from "./claim";
import { removeClaims, writeClaims } from "./desk";
import { type ClaimSettings, Desks } from "./desks";
import { claimedElsewhere } from "./elsewhere";
import { holderOf } from "./holder";
import type { ClaimRows } from "./rows";
import { Twice } from "./twice";

export type { Claimant } from "./claim";
export { type ClaimSettings, claimSettings } from "./desks";
export { type Holder, holderOf, whoami } from "./holder";

const nothing: ClaimSettings = { lease: "off", claims: "off", holder: holderOf("") };

/** Who else works on the instances (ARCHITECTURE.md, "Others at work"). Where that cannot be kept, all goes on without. */
export class Claims {
  private readonly settings: ClaimSettings;
  private readonly desks: Desks;
  private readonly twice = new Twice();

  constructor(settings: ClaimSettings = nothing, tell: Tell = () => {}) {
    this.settings = settings;
    this.desks = new Desks(settings, tell);
  }

  /** Takes the lease on an instance before this process first writes to it. */
  hold(at: Instance, by: Claimant = {}): Promise<void> {
    return this.desks.hold(at, by);
  }

  /** Lets the run's other processes write, too, though by then the topology is not as it was expected. */
  approve(at: Instance, topology: string): Promise<void> {
    return this.desks.approve(at, topology);
  }

  async isApproved(instances: readonly Instance[], topology: string): Promise<boolean> {
    const answers = await Promise.all(instances.map((at) => this.desks.isApproved(at, topology)));
    return answers.includes(true);
  }

  /** Gives up what is held, or lets it lapse where that takes long. */
  release(): Promise<void> {
    return this.desks.release();
  }

  /** For preview: what is declared twice in this program, or in another stack, as far as either end can be asked. */
  async check(resource: Resource, inputs: Inputs, by: Claimant, context: Context, fail: Fail): Promise<void> {
    const claimed = { resource, id: await expectedId(resource, inputs, context), inputs };
    const identifying = Object.keys(inputs).filter(
      (key) => resource.inputs.shape[key]?.meta()?.replaceOnChanges === true,
    );
    const property = identifying.at(-1) ?? "target";
    const twice = this.twice.clash(resource, claimed.id, by);
    if (twice) return fail(property, twice);
    if (this.settings.claims === "off" || !by.stack) return;
    const row = await claimedElsewhere(claimed, by, this.desks, context);
    if (row && inputs.adopt !== "always") fail(property, toDo(row));
    else if (row) context.tell("warning", `${ownerIn(row)}: \`up\` takes it over, as adopt is "always".`);
  }

  /** Makes an object, and claims it. What was not made, or has another id in the end, is not claimed after. */
  async making<T extends { id: string; state: State }>(
    resource: Resource,
    inputs: Inputs,
    by: Claimant,
    context: Context,
    make: () => Promise<T>,
  ): Promise<T> {
    const expected = await expectedId(resource, inputs, context);
    const claim = await this.claim({ resource, id: expected, inputs }, by, context);
    try {
      const made = await make();
      await claim.written;
      if (made.id === expected) return made;
      await this.take({ resource, id: made.id, inputs }, by, context).catch((error: unknown) => {
        throw new PartialFailure(made.id, made.state, error);
      });
      if (claim.isNew) await this.drop({ resource, id: expected }, by, context);
      return made;
    } catch (error) {
      await claim.written;
      if (claim.isNew && !(error instanceof PartialFailure)) await this.drop({ resource, id: expected }, by, context);
      throw error;
    }
  }

  /** Changes an object, which is claimed where it was not. */
  async changing<T>(claimed: Claimed, by: Claimant, context: Context, change: () => Promise<T>): Promise<T> {
    const { written } = await this.claim(claimed, by, context);
    return change().finally(() => written);
  }

  private async take(claimed: Claimed, by: Claimant, context: Context): Promise<void> {
    await (await this.claim(claimed, by, context)).written;
  }

  /**
   * Claims an object, with all that arrive together. Throws `claimed` where another stack has. Under the lease nobody else
   * can claim it meanwhile, so that it is made while the claim is written; without, the claim is written first.
   */
  private async claim(
    { resource, id, inputs }: Claimed,
    by: Claimant,
    context: Context,
  ): Promise<{ isNew: boolean; written: Promise<void> | undefined }> {
    const { stack } = by;
    const desk = this.desks.of(context.at);
    const none = { isNew: false, written: undefined };
    if (this.settings.claims === "off" || desk.isUseless || !stack) return none;
    const claim = claimOf(resource, id, resource.isWhole?.(inputs) ?? false);
    let isNew = false;
    let written: Promise<void> | undefined;
    await this.desks.orWithout(context.at, desk, async () => {
      const ends = await this.desks.rowsOf({ resource, id }, by, context);
      const other = inTheWay(othersIn(ends), claim, by);
      if (other && inputs.adopt !== "always") throw refusal(`${resource.name} ${id}`, other, context.at.name);
      const there = ends[0]?.get(claim.id);
      if (isSaid(there, claim, by)) return;
      isNew = there === undefined;
      const row = claimRow(claim, `${resource.name} ${id}`, { ...by, stack }, there);
      const insert = async () => {
        await context.at.notesBurst(writeClaims).submit({ desk, row, isThere: there !== undefined });
        const rows = (await desk.rows)?.others().filter((other) => other.id === claim.id) ?? [];
        const late = inTheWay(rows, claim, by);
        if (late) throw refusal(`${resource.name} ${id}`, late, context.at.name);
      };
      if (this.settings.lease === "off") return insert();
      written = this.desks.orWithout(context.at, desk, insert).catch((error: Error) => {
        const text = `${resource.name} ${id} is not claimed, other stacks do not see whose it is: ${error.message}`;
        context.tell("warning", text);
      });
    });
    return { isNew, written };
  }

  /** Why what is to be deleted has to stay: it, or something that goes with it, is another's. */
  async keeps({ resource, id }: Omit<Claimed, "inputs">, by: Claimant, context: Context): Promise<string | undefined> {
    if (this.settings.claims === "off") return undefined;
    const claim = claimOf(resource, id, true);
    const ends = await this.desks.rowsOf({ resource, id }, by, context);
    const other = inTheWay(othersIn(ends), claim, by);
    const object = `${resource.name} ${id}`;
    if (other) return `${object} stays as it is: ${ownerIn(other)}. ${stale(other)}`;
    const renamed = ends.map((rows) => rows.get(claim.id)).find((row) => isSuperseded(row, by));
    return renamed && `${object} stays as it is: ${ownerIn({ ...renamed, object })}, too.`;
  }

  /** A claim goes with its object, or where the object is left to others. That it stays is never worth a failure. */
  async drop({ resource, id }: Omit<Claimed, "inputs">, by: Claimant, context: Context): Promise<void> {
    const desk = this.desks.of(context.at);
    if (this.settings.claims === "off" || desk.isUseless || !desk.rows) return;
    const key = claimId(resource, id);
    try {
      await this.desks.orWithout(context.at, desk, async () => {
        const row = (await desk.rows)?.get(key);
        if (row && row.stack === by.stack && !isSuperseded(row, by))
          await context.at.notesBurst(removeClaims).submit({ desk, key });
      });
    } catch (error) {
      const text = `${resource.name} ${id} stays claimed by this stack, which has it no more: \`pulumi-harper claims --remove "${key}"\` mends that. ${(error as Error).message}`;
      context.tell("warning", text);
    }
  }
}

const othersIn = (ends: readonly ClaimRows[]): ClaimRow[] => ends.flatMap((rows) => rows.others());

async function expectedId(resource: Resource, inputs: Inputs, context: Context): Promise<string> {
  const outputs = await resource.expected?.(inputs, context);
  return resource.id({ ...inputs, ...outputs, instance: await context.at.client.nodeName() });
}
