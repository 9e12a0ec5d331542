// An edge is a command to make it, one to change it and one to take it away, as with @pulumi/command.
import { type CustomResourceOptions, dynamic } from "@pulumi/pulumi";
import { connections, edgesOf, members } from "./case";

interface Commands {
  create: string;
  delete: string;
}

async function shell(command: string): Promise<void> {
  const { execFile } = await import("node:child_process");
  const { promisify } = await import("node:util");
  await promisify(execFile)("/bin/sh", ["-c", command]);
}

const provider: dynamic.ResourceProvider<Commands, Commands> = {
  async create(inputs) {
    await shell(inputs.create);
    return { id: "command", outs: inputs };
  },
  async diff(_id, olds, news) {
    return { changes: olds.create !== news.create || olds.delete !== news.delete };
  },
  async update(_id, _olds, news) {
    await shell(news.create);
    return { outs: news };
  },
  async delete(_id, { delete: command }) {
    await shell(command);
  },
};

class Command extends dynamic.Resource {
  constructor(name: string, commands: Commands, options?: CustomResourceOptions) {
    super(provider, name, commands, options);
  }
}

for (const member of members) {
  const { name: target, hub } = member;
  const { endpoint, username, password } = connections[target];
  const authorization = { username, password };
  const curl = (body: object) =>
    `curl --silent --show-error --fail --user ${username}:${password} --header 'content-type: application/json' --data '${JSON.stringify(body)}' ${endpoint}`;
  const join = { operation: "add_node", hostname: hub, verify_tls: false, authorization };
  const off = { database: "shop", table: "t1", subscribe: false, publish: false };
  const node = new Command(target, {
    create: curl({ ...join, subscriptions: [off] }),
    delete: curl({ operation: "remove_node", hostname: hub }),
  });
  for (const edge of edgesOf(member)) {
    const update = (subscription: object) =>
      curl({ operation: "update_node", hostname: hub, subscriptions: [{ ...edge, ...subscription }] });
    const commands = { create: update({ subscribe: true }), delete: update({ subscribe: false, publish: false }) };
    new Command(`${target}-${edge.table}`, commands, { dependsOn: node });
  }
}
