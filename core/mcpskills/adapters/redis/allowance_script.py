"""What callers spend, within Redis, in one step for many of them: in order, each seeing what those before it did.

An operation has three keys (minute, hour, places) and five arguments: what it is, the id of its lease, and the most of each
key, with -1 for no limit. The first argument of all is the milliseconds of a lease. Replies are numbers: granted or not; spent
and milliseconds left of minute and hour, as they are then.
"""

from typing import Final

SPEND: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[1])
local lengths = {60000, 3600000}

local function hold(places, id)
  redis.call('ZADD', places, now + lease, id)
  redis.call('PEXPIRE', places, lease)
end

local function enter(windows, places, id, most, concurrent)
  local granted, reply = 1, {}
  for each, key in ipairs(windows) do
    local spent = most[each] < 0 and 0 or tonumber(redis.call('GET', key) or 0)
    if most[each] >= 0 and spent >= most[each] then granted = 0 end
    reply[each] = spent
  end
  if concurrent >= 0 then
    redis.call('ZREMRANGEBYSCORE', places, '-inf', now)
    if redis.call('ZCARD', places) >= concurrent then granted = 0 end
  end
  local left = {}
  for each, key in ipairs(windows) do
    left[each] = lengths[each]
    if most[each] >= 0 then
      if granted == 1 then reply[each] = redis.call('INCR', key) end
      local ends = redis.call('PTTL', key)
      if ends >= 0 then left[each] = ends
      elseif granted == 1 then redis.call('PEXPIRE', key, lengths[each]) end
    end
  end
  if granted == 1 and concurrent >= 0 then hold(places, id) end
  return {granted, reply[1], left[1], reply[2], left[2]}
end

local replies = {}
for each = 1, #KEYS / 3 do
  local key, arg = each * 3 - 2, each * 5 - 3
  local what, id, places = ARGV[arg], ARGV[arg + 1], KEYS[key + 2]
  if what == 'enter' then
    local most = {tonumber(ARGV[arg + 2]), tonumber(ARGV[arg + 3])}
    replies[each] = enter({KEYS[key], KEYS[key + 1]}, places, id, most, tonumber(ARGV[arg + 4]))
  elseif what == 'leave' then
    replies[each] = redis.call('ZREM', places, id)
  else
    hold(places, id)
    replies[each] = 1
  end
end
return replies
"""
