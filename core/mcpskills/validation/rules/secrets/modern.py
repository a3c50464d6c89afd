"""Tokens that detect-secrets 1.5 does not know yet: one row each, and a sign in `candidates`."""

import re

from detect_secrets.plugins.base import RegexBasedDetector

from mcpskills import api_key


class PrefixedToken(RegexBasedDetector):
    """A token that its issuer made recognisable by its first characters."""

    secret_type = ""
    denylist: tuple[re.Pattern[str], ...] = ()

    def __init__(self, secret_type: str, pattern: str) -> None:
        self.secret_type = secret_type
        self.denylist = (re.compile(pattern),)


MODERN = tuple(
    PrefixedToken(secret_type, pattern)
    for secret_type, pattern in (
        ("Anthropic API Key", r"sk-ant-[a-z]{3,5}\d{2}-[\w-]{60,200}"),
        ("OpenAI Project Key", r"sk-(?:proj|svcacct|admin)-[\w-]{20,100}T3BlbkFJ[\w-]{20,100}"),
        ("OpenRouter API Key", r"sk-or-v1-[0-9a-f]{64}"),
        ("GitHub Fine-Grained Token", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
        ("Google API Key", r"AIza[\w-]{35}"),
        ("Google OAuth Secret", r"GOCSPX-[\w-]{28}"),
        ("Hugging Face Token", r"hf_[A-Za-z0-9]{34,40}"),
        ("npm Token", r"npm_[A-Za-z0-9]{36}"),
        ("Slack App Token", r"xapp-\d-[A-Z0-9]{8,15}-\d{8,20}-[0-9a-f]{40,80}"),
        ("Stripe Webhook Secret", r"whsec_[A-Za-z0-9+/]{32,64}"),
        (
            "AWS Secret Key",
            r"(?i:aws_secret_access_key)[\"']?\s{0,3}[:=]\s{0,3}[\"']?([0-9a-zA-Z/+]{40})(?![0-9a-zA-Z/+=])",
        ),
        ("AWS Session Token", r"(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9/+=]{100,900}"),
        ("Groq API Key", r"gsk_[A-Za-z0-9]{52}"),
        ("xAI API Key", r"xai-[A-Za-z0-9]{80}"),
        ("Perplexity API Key", r"pplx-[A-Za-z0-9]{48}"),
        ("Replicate Token", r"r8_[A-Za-z0-9]{37}"),
        ("Tavily API Key", r"tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}"),
        ("Databricks Token", r"dapi[0-9a-f]{32}"),
        ("DigitalOcean Token", r"do[por]_v1_[0-9a-f]{64}"),
        ("Docker Hub Token", r"dckr_pat_[\w-]{27}"),
        ("Figma Token", r"figd_[\w-]{40}"),
        ("Grafana Token", r"glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}"),
        ("HashiCorp Vault Token", r"hvs\.[\w-]{90,120}"),
        ("Linear API Key", r"lin_api_[A-Za-z0-9]{40}"),
        ("Notion Token", r"ntn_[A-Za-z0-9]{46}"),
        ("Sentry Token", r"sntry(?:s_eyJ[\w+/=-]{80,300}|u_[0-9a-f]{64})"),
        ("Shopify Token", r"shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}"),
        ("Supabase Key", r"sb(?:p_[0-9a-f]{40}|_secret_[\w-]{31})"),
        ("Open MCP Skills API Key", api_key.PATTERN),
        ("Atlassian Token", r"ATATT3[\w-]{180,200}=[0-9A-F]{8}"),
        ("age Secret Key", r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    )
)
