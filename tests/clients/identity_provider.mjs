// An OpenID Connect provider on loopback: panva's certified oidc-provider with its own pages, on which any password is the right one.
// Usage: node identity_provider.mjs '{"port": 1, "clients": [metadata, …], "people": {"name": {"groups": [], "seconds": 60}}, "scopes": []}'
// A person's access tokens are good for so many seconds. Every resource that is asked for has these scopes.
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const { port, clients, people, scopes } = JSON.parse(process.argv[2]);

const key = (kind, options, more) => ({ ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), use: 'sig', ...more });
const person = (name) => ({
  accountId: name,
  claims: () => ({ sub: name, preferred_username: name, groups: people[name].groups }),
});

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients,
  scopes: ['openid', 'profile'],
  claims: { profile: ['preferred_username', 'groups'] },
  findAccount: (_, name) => (Object.hasOwn(people, name) ? person(name) : undefined),
  jwks: {
    keys: [
      key('rsa', { modulusLength: 2048 }, { alg: 'RS256', kid: 'for-id-tokens' }),
      key('ec', { namedCurve: 'P-256' }, { alg: 'ES256', kid: 'for-access-tokens' }),
    ],
  },
  cookies: { keys: ['a secret of this provider alone'] },
  pkce: { required: () => true },
  ttl: { AccessToken: (_, { accountId }) => people[accountId].seconds, Grant: 3600, IdToken: 3600, Interaction: 3600, Session: 3600 },
  extraTokenClaims: (_, { accountId }) => ({ preferred_username: accountId, groups: people[accountId].groups }),
  features: {
    // Access tokens are opaque, as in many providers, unless they are asked for by the resource that they are for.
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource) => ({
        audience: resource,
        scope: scopes.join(' '),
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
});

// Its pages would fetch a font from another machine.
provider.use(async (ctx, next) => {
  await next();
  if (ctx.type === 'text/html') ctx.body = ctx.body.replace(/@import url\([^)]*\);/g, '');
});

provider.listen(port, '127.0.0.1');
