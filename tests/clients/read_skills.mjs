// Reads every file of every skill as a host would, with the TypeScript SDK's SkillsClient, which verifies each one.
// Usage: node read_skills.mjs URL auto|legacy [API_KEY]. Prints one JSON object; a file that fails verification ends it with an error.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { SkillsClient } from '@modelcontextprotocol/client/ext/skills';

const [url, mode, key] = process.argv.slice(2);
const requestInit = key ? { headers: { Authorization: `Bearer ${key}` } } : undefined;
const client = new Client({ name: 'read-skills', version: '1.0.0' }, { versionNegotiation: { mode } });
await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
const skills = new SkillsClient(client);

const served = {};
for (const listed of (await skills.list()).skills) {
  const { skill } = await skills.get(listed.uri);
  const root = skill.uri.slice(0, -'SKILL.md'.length);
  const files = {};
  for (const { uri } of skill.resources) {
    const { bytes, verified } = await skills.read(skill, uri);
    const path = decodeURIComponent(uri.slice(root.length));
    files[path] = { verified, base64: Buffer.from(bytes).toString('base64') };
  }
  const { resources } = await skills.readDirectory(root.slice(0, -1));
  served[skill.frontmatter.name] = { files, children: resources.map(({ uri }) => uri) };
}

console.log(JSON.stringify({
  protocol: client.getNegotiatedProtocolVersion(),
  supported: skills.supported,
  directoryRead: skills.directoryRead,
  skills: served,
}));
await client.close();
