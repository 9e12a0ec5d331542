// A provider that answers at once and asks nobody: what a run takes with it is the engine's, the host's and the program's.
import { createRequire } from "node:module";
import type { ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from "@grpc/grpc-js";

const require = createRequire(import.meta.url);
const grpc: typeof import("@grpc/grpc-js") = require("@grpc/grpc-js");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const messages = require("@pulumi/pulumi/proto/provider_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");

// biome-ignore lint/suspicious/noExplicitAny: messages are handed on as they come
type Message = any;

const configured = new messages.ConfigureResponse();
configured.setAcceptsecrets(true);
configured.setAcceptresources(true);

const same = (one: Message, other: Message) =>
  JSON.stringify(one?.toJavaScript()) === JSON.stringify(other?.toJavaScript());

const answers: Record<string, (request: Message) => Message> = {
  getPluginInfo: () => new PluginInfo().setVersion("1.0.0"),
  checkConfig: (request) => new messages.CheckResponse().setInputs(request.getNews()),
  diffConfig: () => new messages.DiffResponse(),
  configure: () => configured,
  check: (request) => new messages.CheckResponse().setInputs(request.getNews()),
  diff(request) {
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const isSame = same(request.getOldInputs(), request.getNews());
    return new messages.DiffResponse().setChanges(isSame ? DIFF_NONE : DIFF_SOME);
  },
  create: (request) => new messages.CreateResponse().setId("edge").setProperties(request.getProperties()),
  read(request) {
    const answer = new messages.ReadResponse().setId(request.getId()).setInputs(request.getInputs());
    return answer.setProperties(request.getProperties());
  },
  update: (request) => new messages.UpdateResponse().setProperties(request.getNews()),
  delete: () => new Empty(),
  cancel: () => new Empty(),
};

const handlers = Object.entries(answers).map(([name, answer]) => [
  name,
  ({ request }: ServerUnaryCall<Message, Message>, done: sendUnaryData<Message>) => done(null, answer(request)),
]);
const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
server.addService(ResourceProviderService, Object.fromEntries(handlers) as UntypedServiceImplementation);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
