"""The letter of introduction 组织关系介绍信 of a transfer: stub, letter and receipt slip. Layout and wording are ours."""
