import { json as readJson } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import type { DeliveryReport } from '../../server/index.ts';
import { repeated } from './option-values.ts';
import { outcomeTable } from './outcome-table.ts';
import { printable } from './printable.ts';
import { callSim } from './sim-call.ts';
import { adminTokenOption, appKeyOption, type Target, urlOption } from './target.ts';
import { colors, print, printJson } from './terminal.ts';

interface PublishOptions extends Target {
  from: string;
  to: string[];
  type: string;
  text: string;
  content?: string;
  includeSender?: true;
  verifyBlacklist?: true;
  explain?: true;
  json?: true;
}

/** The part of the answers of `/sim/publish` and `/sim/explain` that is for a person. */
interface Answer {
  report: DeliveryReport;
  explanations: string[];
}

export function addPublish(program: Command): void {
  program
    .command('publish')
    .description('Send a status message, and show what became of it for each recipient.')
    .requiredOption('--from <userId>', 'the sender')
    .requiredOption('--to <userId>', 'a recipient; repeatable', repeated)
    .option('--type <objectName>', 'the message type', 'RC:TxtMsg')
    .addOption(new Option('--text <text>', 'send {"content": text}').default('hi'))
    .addOption(new Option('--content <content>', 'send this, exactly as it is').conflicts('text'))
    .option('--include-sender', 'send the sender a copy, too')
    .option('--verify-blacklist', 'skip recipients who block the sender')
    .option('--explain', 'send nothing, only say what would happen')
    .addOption(urlOption())
    .addOption(appKeyOption())
    .addOption(adminTokenOption())
    .option('--json', "print the simulator's answer as a line of JSON")
    .addHelpText('after', examples)
    .action(publish);
}

const examples = `
Examples:
  status-sim publish --from alice --to bob --to carol --text "hello"
  status-sim publish --from alice --to bob --type RC:TypSts --content '{"typingContentType":"RC:TxtMsg"}'
  status-sim publish --from alice --to bob --include-sender --explain`;

async function publish(options: PublishOptions): Promise<void> {
  const message = {
    fromUserId: options.from,
    toUserId: options.to,
    objectName: options.type,
    content: options.content ?? JSON.stringify({ content: options.text }),
    isIncludeSender: options.includeSender ?? false,
    verifyBlacklist: options.verifyBlacklist ?? false,
  };
  const response = await callSim(options, options.explain ? '/sim/explain' : '/sim/publish', message);
  const answer = (await readJson(response)) as Answer;
  if (options.json) return printJson(answer);
  if (!options.explain) printTable(answer.report);
  print(answer.explanations.map(printable).join('\n'));
}

function printTable(report: DeliveryReport): void {
  const [titles, ...rows] = outcomeTable(report);
  print([colors.bold(titles), ...rows, ''].join('\n'));
}
