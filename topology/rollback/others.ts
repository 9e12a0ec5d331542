import { nameOf } from "../../provider/urn";
import { type StateResource, samePlace } from "../program/state";
import { calledIn, isOther, isOurs, isProvider, isStack, providerOf } from "./kinds";
import type { FrontEnd } from "./restored";

const providerType: Record<FrontEnd, string> = {
  plugin: "pulumi:providers:harper",
  dynamic: "pulumi:providers:pulumi-nodejs",
};

/** What of a stack is not ours: it stays as it is, and what was ours is put back only where that still fits. */
export class Others {
  private readonly former: Map<string, StateResource>;
  private readonly present: Map<string, StateResource>;
  private readonly today: readonly StateResource[];
  private readonly frontEnd: FrontEnd;

  constructor(former: readonly StateResource[], today: readonly StateResource[], frontEnd: FrontEnd) {
    const byPlace = (all: readonly StateResource[]) => new Map(all.map((raw) => [samePlace(raw.urn), raw]));
    this.former = byPlace(former);
    this.present = byPlace(today);
    this.today = today;
    this.frontEnd = frontEnd;
  }

  /** `isUsed`: whether anything of ours will be there, which needs its provider. */
  untouched(isUsed: boolean): string[] {
    const others = this.today.filter(isOther);
    const theirProviders = new Set(others.map(providerOf));
    const staying = this.today.filter((raw) => {
      if (isOther(raw)) return true;
      if (isProvider(raw))
        return raw.type === providerType[this.frontEnd]
          ? !isUsed && theirProviders.has(raw.urn)
          : raw.type !== providerType.plugin;
      return !raw.custom && !isStack(raw) && !this.holdsOnlyOurs(raw.urn);
    });
    return staying.map(({ urn }) => urn);
  }

  problems(ours: readonly StateResource[]): string[] {
    const kept = new Set(ours.map(({ urn }) => samePlace(urn)));
    return [
      ...ours.flatMap((raw) => this.stale(raw)),
      ...this.today.filter(isOther).flatMap((raw) => this.hanging(raw, kept)),
    ];
  }

  /** Values that came from what is not ours, and is otherwise today. */
  private stale(raw: StateResource): string[] {
    const { inputs = {}, propertyDependencies = {} } = raw;
    const now = this.present.get(samePlace(raw.urn))?.inputs ?? {};
    return Object.entries(propertyDependencies).flatMap(([key, urns]) => {
      const isAsToday = JSON.stringify(now[key]) === JSON.stringify(inputs[key]);
      const sources = (urns ?? []).filter((urn) => isOtherIn(this.former, urn) && this.differs(urn));
      return sources.length === 0 || isAsToday ? [] : [staleSentence(raw, key, sources)];
    });
  }

  /** What depends on something of ours that goes. */
  private hanging(raw: StateResource, kept: ReadonlySet<string>): string[] {
    const { dependencies = [], propertyDependencies = {}, parent } = raw;
    const sources = Object.values(propertyDependencies).flatMap((urns) => urns ?? []);
    const needed = new Set([...dependencies, ...sources, ...(parent ? [parent] : [])].map(samePlace));
    const gone = [...needed].flatMap((place) => this.present.get(place) ?? []).filter(isOurs);
    return gone
      .filter(({ urn }) => !kept.has(samePlace(urn)))
      .map((one) => `${calledIn(raw)} depends on ${calledIn(one)}, which goes: take it out of the program first`);
  }

  private differs(urn: string): boolean {
    const [was, is] = [this.former, this.present].map((all) => all.get(samePlace(urn))?.outputs);
    return JSON.stringify(was) !== JSON.stringify(is);
  }

  private holdsOnlyOurs(urn: string): boolean {
    const children = this.today.filter(({ parent }) => parent === urn);
    return (
      children.length > 0 &&
      children.every(
        (raw) => isOurs(raw) || raw.type === providerType.plugin || (!raw.custom && this.holdsOnlyOurs(raw.urn)),
      )
    );
  }
}

const isOtherIn = (all: Map<string, StateResource>, urn: string) => {
  const raw = all.get(samePlace(urn));
  return raw !== undefined && isOther(raw);
};

const staleSentence = (raw: StateResource, key: string, sources: string[]) =>
  `${calledIn(raw)} had its ${key} from ${sources.map((urn) => `"${nameOf(urn)}"`).join(", ")}, which is otherwise today or gone: put that back first`;
