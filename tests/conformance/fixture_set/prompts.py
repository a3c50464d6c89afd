"""Prompts of the suite, as `{name: (names of required arguments, get)}`."""

import mcp_types as types

from conformance.fixture_set import asking_tools
from conformance.fixture_set.contents import IMAGE, embedded, words


def telling(*contents):
    """A prompt of these messages; each is made from the arguments."""

    async def get(_ctx, params):
        made = [content(params.arguments or {}) for content in contents]
        return types.GetPromptResult(messages=[types.PromptMessage(role="user", content=item) for item in made])

    return get


PROMPTS = {
    "test_simple_prompt": ((), telling(lambda _: words("This is a simple prompt for testing."))),
    "test_prompt_with_arguments": (
        ("arg1", "arg2"),
        telling(lambda given: words(f"Prompt with arguments: arg1='{given['arg1']}', arg2='{given['arg2']}'")),
    ),
    "test_prompt_with_embedded_resource": (
        ("resourceUri",),
        telling(
            lambda given: embedded(given["resourceUri"], "Embedded resource content for testing."),
            lambda _: words("Please process the embedded resource above."),
        ),
    ),
    "test_prompt_with_image": ((), telling(lambda _: IMAGE, lambda _: words("Please analyze the image above."))),
    "test_input_required_result_prompt": ((), asking_tools.prompt),
}
