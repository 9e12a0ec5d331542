import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  type Instance,
  processesOf,
  readCluster,
  startInstance,
  stopInstance,
  waitUntilReady,
} from "../../cli/cluster";
import { ask, type Harper, type Name, names } from "../../scripts/demo/harper.mts";
import { FaultProxy } from "./proxy";

/** Three real instances, a proxy in front of each, and what can be done to their processes. */
export class Site {
  readonly proxies: Record<Name, FaultProxy>;
  private readonly processes: Record<Name, Instance>;
  private readonly stopped = new Set<Name>();
  private readonly restarting = new Map<Name, string>();

  private constructor(
    readonly harper: Harper,
    processes: Instance[],
    proxies: FaultProxy[],
  ) {
    this.processes = byName(processes);
    this.proxies = byName(proxies);
  }

  /** `file` is the cluster.json of a running cluster. */
  static async open(harper: Harper, file: string): Promise<Site> {
    const processes = Object.values(readCluster(dirname(file))?.instances ?? {});
    const proxies = await Promise.all(names.map((name) => FaultProxy.start(harper[name].endpoint)));
    return new Site(harper, processes, proxies);
  }

  /** The instances as the provider is to know them: behind their proxies. */
  get reached(): Harper {
    return byName(names.map((name) => ({ ...this.harper[name], endpoint: this.proxies[name].endpoint })));
  }

  async kill(name: Name): Promise<void> {
    await stopInstance(this.processes[name], { signal: "SIGKILL" });
  }

  /** Harper's own operation, which answers at once and makes another process some seconds later. */
  async restart(name: Name): Promise<void> {
    this.restarting.set(name, await this.pids(name));
    await ask(this.harper[name], { operation: "restart" });
  }

  /** Neither answers nor closes a connection, as behind a network that is cut. */
  async stop(name: Name): Promise<void> {
    this.stopped.add(name);
    for (const pid of await processesOf(this.processes[name])) process.kill(pid, "SIGSTOP");
  }

  /** As it was before a fault: all processes run, all proxies pass everything on, and nothing is under way. */
  async heal(): Promise<void> {
    for (const name of this.stopped)
      for (const pid of await processesOf(this.processes[name])) process.kill(pid, "SIGCONT");
    this.stopped.clear();
    for (const [name, before] of this.restarting) await this.another(name, before);
    this.restarting.clear();
    for (const name of names) {
      const instance = this.processes[name];
      if ((await processesOf(instance)).length === 0) await startInstance(instance);
      await waitUntilReady(instance);
    }
    for (const proxy of Object.values(this.proxies)) {
      proxy.expect(undefined);
      proxy.open();
      await proxy.settled();
    }
  }

  async close(): Promise<void> {
    await this.heal();
    await Promise.all(Object.values(this.proxies).map((proxy) => proxy.close()));
  }

  private async another(name: Name, before: string): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      const now = await this.pids(name);
      if (now !== before && now !== "") return;
      await pause(100);
    }
    throw new Error(`${name} did not restart within 30 s`);
  }

  private async pids(name: Name): Promise<string> {
    return (await processesOf(this.processes[name])).join();
  }
}

const byName = <T>([us, eu, ap]: readonly T[]): Record<Name, T> => {
  if (!us || !eu || !ap) throw new Error("three instances are needed");
  return { "us-1": us, "eu-1": eu, "ap-1": ap };
};
