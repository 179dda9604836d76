// Prints what a package that is shipped brings along, by licence, from its bill of materials; fails at a licence nobody looked at.
import { readFileSync } from 'node:fs';

const known = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'BlueOak-1.0.0'];

const { components } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const byLicence = new Map();
for (const each of components) {
  const licence = licenceOf(each);
  byLicence.set(licence, [...(byLicence.get(licence) ?? []), each]);
}

for (const [licence, packages] of byLicence) {
  process.stdout.write(
    `${licence}: ${packages.map(({ name, version }) => `${name} ${version}`).join(', ')}\n`,
  );
}
const unknown = [...byLicence.keys()].filter((licence) => !known.includes(licence));
if (unknown.length > 0) throw new Error(`Nobody has looked at the licence ${unknown.join(', ')}.`);

function licenceOf({ licenses = [] }) {
  return licenses.map(({ license, expression }) => expression ?? license.id ?? license.name).join(' and ');
}
