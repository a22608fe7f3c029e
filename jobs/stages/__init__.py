"""Stages of a build, in the order the runner takes them: receive, expect, flows, stocks; publish comes last."""
