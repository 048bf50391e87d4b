"""The attack kit: what somebody who keeps everything the machines wrote can find out about a ballot (ballots.md §2, §8).

`cluster` and `vote` play real ballots on a PostgreSQL of their own, `artefacts` collects what they leave behind, `attacks` and
`games` try to tell who cast what. `structure`, `blindness`, `needles`, `publication` and `disclosure` are the checks T1, T2, T4, T6
and T7; `leaks` plants the thirteen leaks of T9, each of which some check must catch. docs/guides/ballot-proof.md tells the rest.
"""
