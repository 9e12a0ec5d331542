import { expect } from "vitest";
import { empty, poll } from "../../scripts/demo/harper.mts";
import type { Driver, Outcome } from "./driver";
import { hastySeconds } from "./kinds";
import type { Program, Programs } from "./programs";
import type { Site } from "./site";
import type { Fault } from "./table";
import { putForeign, putForeignEdge, readForeign, readTruth, truthOf } from "./truth";

/** Tries faults one after the other on one stack. */
export class Trial {
  /** The program that the stack and the instances are known to be at. */
  private at: keyof Programs | undefined;

  constructor(
    private readonly site: Site,
    private readonly driver: Driver,
    private readonly programs: Programs,
    private readonly secrets: readonly string[],
  ) {}

  /** Throws where the fault was not survived. */
  async survive(fault: Fault): Promise<void> {
    const { scenario, call, kind } = fault;
    const { site, driver } = this;
    const [from, to] = [this.programs[scenario.from], this.programs[scenario.to]];
    if (this.at !== scenario.from) await this.begin(from);
    this.at = undefined;
    const withEdge = keepsEdges(from) && keepsEdges(to);
    if (withEdge) await putForeignEdge(site.harper);
    const foreign = await readForeign(site.harper, withEdge);
    const proxy = site.proxies[call.at];
    const strike = kind.strike({ site, driver, called: call.at, other: call.at === "us-1" ? "eu-1" : "us-1" });
    proxy.expect({ strike, operations: call.operations, after: call.after, forever: call.isRead });
    const patientSeconds = driver.timeoutSeconds;
    driver.timeoutSeconds = hastySeconds;
    const struck = from === to ? await driver.refresh() : await driver.up(to);
    driver.timeoutSeconds = patientSeconds;
    expect(proxy.struck, `the call was never made:\n${struck.said}`).toBeGreaterThan(0);
    expect(proxy.problem).toBeUndefined();
    await site.heal();
    if (struck.ok)
      expect(await this.settled(to), `success was said, and it is not so:\n${struck.said}`).toEqual(truthOf(to));

    const repaired = await driver.repair();
    const again = await driver.up(to);
    const said = [struck, repaired, again].map((outcome) => outcome.said).join("\n--- and then:\n");
    expect(again.ok, `one more up does not converge:\n${said}`).toBe(true);
    const unchanged = await driver.unchanged(to);
    expect(unchanged.ok, `the stack is not as declared:\n${said}\n--- and then:\n${unchanged.said}`).toBe(true);
    expect(await this.settled(to), `the instances are not as declared:\n${said}`).toEqual(truthOf(to));
    expect(await driver.names(), said).toEqual(to.map(({ name }) => name).sort());
    expect(await readForeign(site.harper, withEdge), "something foreign was touched").toEqual(foreign);
    this.expectNoSecrets([struck, repaired, again, unchanged], await driver.kept());
    this.at = scenario.to;
  }

  /** The other end may hear of the last change a moment later. */
  private settled(program: Program) {
    const wanted = JSON.stringify(truthOf(program));
    return poll(
      () => readTruth(this.site.harper),
      (truth) => JSON.stringify(truth) === wanted,
      3000,
    );
  }

  /** From whatever a fault left behind. */
  private async begin(program: Program): Promise<void> {
    const { site, driver } = this;
    if (this.at === undefined) {
      await site.heal();
      await driver.repair();
      await empty(site.harper);
      await driver.refresh();
      await driver.up([]);
      await putForeign(site.harper);
    }
    const { ok, said } = await driver.up(program);
    if (!ok) throw new Error(`the fault could not be tried:\n${said}`);
    expect(await driver.names()).toEqual(program.map(({ name }) => name).sort());
  }

  private expectNoSecrets(outcomes: Outcome[], kept: string): void {
    const everything = [...outcomes.map(({ said }) => said), kept].join("\n");
    expect(
      this.secrets.some((secret) => everything.includes(secret)),
      "a secret was seen",
    ).toBe(false);
  }
}

/** Whether the edges of its Node are not its own: others may put some there by hand. */
const keepsEdges = (program: Program) => program.some(({ inputs }) => inputs.replicateByDefault === false);
