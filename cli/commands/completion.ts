import { Argument, type Command } from "commander";
import { print } from "../terminal.js";

type Shell = "bash" | "zsh" | "fish";

export function addCompletion(program: Command): void {
  program
    .command("completion")
    .description("Print what completes commands and options in a shell")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"]))
    .addHelpText(
      "after",
      `
Examples:
  $ source <(pulumi-harper completion bash)
  $ pulumi-harper completion zsh > "\${fpath[1]}/_pulumi-harper"
  $ pulumi-harper completion fish > ~/.config/fish/completions/pulumi-harper.fish`,
    )
    .action((shell: Shell) => print(scripts[shell](wordsOf(program))));
}

/** What may follow `pulumi-harper` and each of its commands. */
interface Words {
  commands: {
    name: string;
    description: string;
    options: { long: string; description: string }[];
    subcommands: string[];
  }[];
}

const wordsOf = (program: Command): Words => ({
  commands: program.commands.map((command) => ({
    name: command.name(),
    description: firstSentence(command.description()),
    options: optionsOf([command, ...command.commands, program]),
    subcommands: command.commands.map((one) => one.name()),
  })),
});

/** Of a command with those that it holds, and those of the program, which every command takes. */
function optionsOf(commands: Command[]): Words["commands"][number]["options"] {
  const all = commands.flatMap(({ options }) => options);
  const byName = new Map(all.map(({ long, description }) => [long ?? "", firstSentence(description)]));
  return [...byName].map(([long, description]) => ({ long, description }));
}

const firstSentence = (text: string) => text.split(/[:;(]/)[0]?.trim().replaceAll("'", "") ?? "";

const scripts: Record<Shell, (words: Words) => string> = {
  bash: ({ commands }) => `_pulumi_harper() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")}" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${commands.map(({ name, options, subcommands }) => `    ${name}) COMPREPLY=($(compgen -W "${[...subcommands, ...options.map(({ long }) => long)].join(" ")}" -- "$word")) ;;`).join("\n")}
  esac
}
complete -o default -F _pulumi_harper pulumi-harper`,
  zsh: ({ commands }) => `#compdef pulumi-harper
if (( CURRENT == 2 )); then
  local -a commands=(
${commands.map(({ name, description }) => `    '${name}:${description}'`).join("\n")}
  )
  _describe command commands
  return
fi
case "$words[2]" in
${commands.map(({ name, options, subcommands }) => `  ${name}) _arguments ${[...options.map(({ long, description }) => `'${long}[${description.replace(/[[\]]/g, "")}]'`), ...(subcommands.length > 0 ? [`'1:command:(${subcommands.join(" ")})'`] : []), "'*:file:_files'"].join(" ")} ;;`).join("\n")}
esac`,
  fish: ({ commands }) =>
    commands
      .flatMap(({ name, description, options, subcommands }) => [
        `complete -c pulumi-harper -n __fish_use_subcommand -a ${name} -d '${description}'`,
        ...subcommands.map((one) => `complete -c pulumi-harper -n '__fish_seen_subcommand_from ${name}' -a ${one}`),
        ...options.map(
          ({ long, description: what }) =>
            `complete -c pulumi-harper -n '__fish_seen_subcommand_from ${name}' -l ${long.replace(/^--/, "")} -d '${what}'`,
        ),
      ])
      .join("\n"),
};
