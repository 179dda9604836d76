import { type Command, Option } from 'commander';
import type { DeliveryReport } from '../../server/index.ts';
import { typingType } from '../typing.js';
import { Failure } from './failure.ts';
import { repeated } from './option-values.ts';
import { outcomeTable } from './outcome-table.ts';
import { printable } from './printable.ts';
import { callSim, readAnswer } from './sim-call.ts';
import { adminTokenOption, appKeyOption, type Target, urlOption } from './target.ts';
import { colors, print, printJson } from './terminal.ts';

interface PublishOptions extends Target {
  from: string;
  to?: string[];
  toGroup?: string[];
  type: string;
  text: string;
  content?: string;
  typing?: true;
  includeSender?: true;
  verifyBlacklist?: true;
  explain?: true;
  json?: true;
}

/** The part of the answers of `/sim/publish` and `/sim/explain` that is for a person. */
interface Outcome {
  report: DeliveryReport;
  explanations: string[];
  hints?: string[];
}

/** With one outcome, or one for each group. */
type Answer = Outcome | { groups: (Outcome & { groupId: string })[] };

export function addPublish(program: Command): void {
  program
    .command('publish')
    .description('Send a status message and show the outcome for each recipient.')
    .requiredOption('--from <userId>', 'the sender')
    .option('--to <userId>', 'a recipient; repeatable', repeated)
    .addOption(
      new Option('--to-group <groupId>', 'a group whose members are the recipients; repeatable')
        .argParser(repeated)
        .conflicts('to'),
    )
    .option('--type <objectName>', 'the message type', 'RC:TxtMsg')
    .addOption(new Option('--text <text>', 'send this text, as {"content": text}').default('hi'))
    .addOption(new Option('--content <content>', 'send this content, exactly as it is').conflicts('text'))
    .addOption(
      new Option('--typing', 'send what says that the sender is typing').conflicts([
        'type',
        'text',
        'content',
      ]),
    )
    .option('--include-sender', 'send the sender a copy as well')
    .option('--verify-blacklist', 'skip recipients who block the sender')
    .option('--explain', 'send nothing, only show what would happen')
    .addOption(urlOption())
    .addOption(appKeyOption())
    .addOption(adminTokenOption())
    .option('--json', "print the simulator's answer as one line of JSON")
    .addHelpText('after', examples)
    .action(publish);
}

const examples = `
Examples:
  status-sim publish --from alice --to bob --to carol --text "hello"
  status-sim publish --from alice --to bob --typing
  status-sim publish --from alice --to bob --include-sender --explain
  status-sim publish --from alice --to-group team`;

async function publish(options: PublishOptions): Promise<void> {
  if (!options.to && !options.toGroup)
    throw new Failure('No recipient: add --to <userId> or --to-group <groupId>.', 2);
  const message = {
    fromUserId: options.from,
    toUserId: options.to,
    toGroupId: options.toGroup,
    ...contentOf(options),
    isIncludeSender: options.includeSender ?? false,
    verifyBlacklist: options.verifyBlacklist ?? false,
  };
  const path = options.explain ? '/sim/explain' : '/sim/publish';
  const answer = await callSim(options, path, readAnswer<Answer>(options), message);
  if (options.json) return printJson(answer);
  if (!('groups' in answer || 'report' in answer)) {
    throw new Failure(`The answer of the simulator at ${options.url} has no report.`);
  }
  const sections = 'groups' in answer ? answer.groups.map(groupSection) : [section(answer)];
  print(sections.join('\n\n'));

  function groupSection(group: Outcome & { groupId: string }): string {
    return `${colors.bold(`group ${printable(group.groupId)}`)}\n\n${section(group)}`;
  }

  function section({ report, explanations, hints = [] }: Outcome): string {
    const sentences = [
      ...explanations.map(printable),
      ...hints.map((hint) => colors.yellow(printable(hint))),
    ];
    if (report.recipients.length === 0) {
      return ['No recipients: the group is empty, or its only member is the sender.', ...sentences].join(
        '\n',
      );
    }
    if (options.explain) return sentences.join('\n');
    return [...outcomeTable(report, colors), '', ...sentences].join('\n');
  }
}

function contentOf({ typing, type, text, content }: PublishOptions) {
  if (typing) return { objectName: typingType, content: typingContent };
  return { objectName: type, content: content ?? JSON.stringify({ content: text }) };
}

const typingContent = JSON.stringify({ typingContentType: 'RC:TxtMsg' });
