"""What happens to sessions within Redis, each script in one step.

All have the keys of the session and of the tenant's two sets, and first the same arguments: id, principal, and the milliseconds
after which a session is suspended and expires. Replies are of texts, as numbers of Lua lose their fractions.
"""

_NOW = """
local time = redis.call('TIME')
local now = string.format('%d%03d', time[1], math.floor(time[2] / 1000))
local id, principal, suspended_after, expires_after = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local sets = {initializing = KEYS[2], begun = KEYS[3]}
local lasts = {initializing = suspended_after, begun = expires_after}
"""

_KNOWN = (
    _NOW
    + """
local found = redis.call('HMGET', KEYS[1], 'principal', 'revision', 'state', 'record', 'created', 'seen')
if found[1] ~= principal then return false end
local _, revision, state, record, created, seen = unpack(found)
"""
)

_SEEN = """
redis.call('HSET', KEYS[1], 'seen', now)
redis.call('PEXPIRE', KEYS[1], lasts[state])
redis.call('ZADD', sets[state], now, id)
redis.call('PEXPIRE', sets[state], expires_after)
"""

FIND = _KNOWN + "return {revision, state, record, created, seen, now}"

TOUCH = _KNOWN + _SEEN + "return {revision, state, record, created, now, now}"

# Whoever's changes are based on an older revision looks again.
UPDATE = (
    _KNOWN
    + """
if revision ~= ARGV[7] then return false end
if state ~= ARGV[5] then redis.call('ZREM', sets[state], id) end
state = ARGV[5]
redis.call('HSET', KEYS[1], 'state', state, 'record', ARGV[6], 'revision', revision + 1)
"""
    + _SEEN
    + "return {now}"
)

END = (
    _KNOWN
    + """
redis.call('DEL', KEYS[1])
redis.call('ZREM', sets[state], id)
return {revision, state, record, created, seen, now}
"""
)

# redis-py gives a command once more whose answer was lost: the same session is opened already then.
OPEN = (
    _NOW
    + """
local state, record, most, prefix = ARGV[5], ARGV[6], tonumber(ARGV[7]), ARGV[8]
local there = redis.call('HMGET', KEYS[1], 'principal', 'state', 'record', 'created', 'seen')
if there[1] then
  if there[1] == principal and there[2] == state and there[3] == record then return {there[4], there[5]} end
  return 'taken'
end
for each, set in pairs(sets) do
  redis.call('ZREMRANGEBYSCORE', set, '-inf', string.format('%.0f', now - lasts[each]))
end
if redis.call('ZCARD', sets.initializing) + redis.call('ZCARD', sets.begun) >= most then
  local set = sets.initializing
  local gone = redis.call('ZRANGE', set, 0, 0)[1]
  if not gone then
    set = sets.begun
    local idle = string.format('%.0f', now - suspended_after)
    gone = redis.call('ZRANGEBYSCORE', set, '-inf', idle, 'LIMIT', 0, 1)[1]
  end
  if not gone then return 'full' end
  redis.call('ZREM', set, gone)
  redis.call('DEL', prefix .. gone)
end
redis.call('HSET', KEYS[1], 'principal', principal, 'revision', '1', 'state', state, 'record', record, 'created', now)
"""
    + _SEEN
    + "return {now, now}"
)
