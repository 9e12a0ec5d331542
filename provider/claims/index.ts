import { PartialFailure } from "../ensure";
import type { Instance } from "../instances";
import { type ClaimRow, Notes } from "../operations-api";
import type { Context, Fail, Inputs, Resource, Tell } from "../resource";
import {
  type Claimant,
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
import { holderOf } from "./holder";
import { ClaimRows } from "./rows";
import { Twice } from "./twice";

export type { Claimant } from "./claim";
export { type ClaimSettings, claimSettings } from "./desks";
export { type Holder, holderOf, whoami } from "./holder";

/** An object to claim, by the id of its resource. */
export interface Claimed {
  resource: Resource;
  id: string;
  inputs: Inputs;
}

const freshMs = 2000;
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
    const id = await expectedId(resource, inputs, context);
    const identifying = Object.keys(inputs).filter(
      (key) => resource.inputs.shape[key]?.meta()?.replaceOnChanges === true,
    );
    const property = identifying.at(-1) ?? "target";
    const twice = this.twice.clash(resource, id, by);
    if (twice) return fail(property, twice);
    const row = await this.found({ resource, id, inputs }, by, context);
    if (row && inputs.adopt !== "always") fail(property, toDo(row));
    else if (row) context.tell("warning", `${ownerIn(row)}: \`up\` takes it over, as adopt is "always".`);
  }

  /** Refuses only by what is fresh. */
  private async found(
    { resource, id, inputs }: Claimed,
    by: Claimant,
    context: Context,
  ): Promise<ClaimRow | undefined> {
    if (this.settings.claims === "off" || !by.stack) return undefined;
    const claim = claimOf(resource, id, resource.isWhole?.(inputs) ?? false);
    const conflict = (rows: ClaimRows) => inTheWay(rows.others(by.stack), claim, by);
    for (const { client } of await this.desks.endsOf(resource, id, context)) {
      const read = async () => new ClaimRows(await new Notes(client, await client.nodeName()).read());
      const share = () => client.share("claims", freshMs, read);
      const row = conflict(await client.shareLast("claims", (last: ClaimRows) => !conflict(last), share));
      if (row) return row;
    }
    return undefined;
  }

  /** Makes an object that is claimed before. What was not made, or has another id in the end, is not claimed after. */
  async making<T extends { id: string }>(
    resource: Resource,
    inputs: Inputs,
    by: Claimant,
    context: Context,
    make: () => Promise<T>,
  ): Promise<T> {
    const expected = await expectedId(resource, inputs, context);
    const isNew = await this.take({ resource, id: expected, inputs }, by, context);
    try {
      const made = await make();
      if (made.id === expected) return made;
      await this.take({ resource, id: made.id, inputs }, by, context);
      if (isNew) await this.drop({ resource, id: expected }, by, context);
      return made;
    } catch (error) {
      if (isNew && !(error instanceof PartialFailure)) await this.drop({ resource, id: expected }, by, context);
      throw error;
    }
  }

  /**
   * Claims an object before it is written, with all that arrive together; answers whether nobody had claimed it. Throws
   * `claimed` where another stack has.
   */
  async take({ resource, id, inputs }: Claimed, by: Claimant, context: Context): Promise<boolean> {
    const { stack } = by;
    const desk = this.desks.of(context.at);
    if (this.settings.claims === "off" || desk.isUseless || !stack) return false;
    let isNew = false;
    const claim = claimOf(resource, id, resource.isWhole?.(inputs) ?? false);
    await this.desks.orWithout(context.at, desk, async () => {
      const ends = await this.desks.rowsOf(resource, id, context);
      const other = inTheWay(othersIn(ends, stack), claim, by);
      if (other && inputs.adopt !== "always") throw refusal(`${resource.name} ${id}`, other, context.at.name);
      const there = ends[0]?.get(claim.id);
      if (isSaid(there, claim, by)) return;
      const row = claimRow(claim, `${resource.name} ${id}`, { ...by, stack }, there);
      await context.at.burst(writeClaims).submit({ desk, row, isThere: there !== undefined });
      const now = (await desk.rows)?.get(claim.id);
      const late = now && inTheWay([now], claim, by);
      if (late) throw refusal(`${resource.name} ${id}`, late, context.at.name);
      isNew = there === undefined;
    });
    return isNew;
  }

  /** Why what is to be deleted has to stay: it, or something that goes with it, is another's. */
  async keeps({ resource, id }: Omit<Claimed, "inputs">, by: Claimant, context: Context): Promise<string | undefined> {
    const desk = this.desks.of(context.at);
    if (this.settings.claims === "off" || desk.isUseless) return undefined;
    const claim = claimOf(resource, id, true);
    const ends = await this.desks.rowsOf(resource, id, context);
    const other = inTheWay(othersIn(ends, by.stack), claim, by);
    if (other) return `${resource.name} ${id} stays as it is: ${ownerIn(other)}. ${stale(other)}`;
    const renamed = ends.map((rows) => rows.get(claim.id)).find((row) => isSuperseded(row, by));
    return renamed && `${resource.name} ${id} stays as it is: ${ownerIn(renamed)}, too.`;
  }

  /** A claim goes with its object, or where the object is left to others. That it stays is never worth a failure. */
  async drop({ resource, id }: Omit<Claimed, "inputs">, by: Claimant, context: Context): Promise<void> {
    const desk = this.desks.of(context.at);
    if (this.settings.claims === "off" || desk.isUseless || !desk.rows) return;
    const key = claimId(resource, id);
    await this.desks.orWithout(context.at, desk, async () => {
      const row = (await desk.rows)?.get(key);
      if (row && row.stack === by.stack && !isSuperseded(row, by))
        await context.at.burst(removeClaims).submit({ desk, key });
    });
  }
}

const othersIn = (ends: readonly ClaimRows[], stack: string | undefined): ClaimRow[] =>
  ends.flatMap((rows) => rows.others(stack));

async function expectedId(resource: Resource, inputs: Inputs, context: Context): Promise<string> {
  const outputs = await resource.expected?.(inputs, context);
  return resource.id({ ...inputs, ...outputs, instance: await context.at.client.nodeName() });
}
