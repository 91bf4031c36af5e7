// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @dev Made by vectors.mjs beside this file; do not edit.
library Vectors {
    address internal constant SENDER = 0xe05fcC23807536bEe418f142D19fa0d21BB0cfF7;
    uint256 internal constant SENDER_KEY = 0xa11ce;
    bytes32 internal constant CORE_ID = 0x000000000000000000000001000000000000000000000000000000000000c0de;
    bytes32 internal constant ORIGIN_DOMAIN = 0x5530cccfbac7b9f6597adaab899f71b59131269db05d16216ec38ef887afafe2;
    bytes32 internal constant AUXILIARY_DOMAIN = 0xd7228c968ec3edcd417b13648178e2bc59ef1fef557be8b367991b8ed8b90335;
    bytes32 internal constant STAKE_ID = 0xa43b4e5304673d2b6d5fabd872072771699555473c6b7ba2a1bf6ce6f8b87b51;
    bytes32 internal constant REDEEM_ID = 0xd8ae7bb51296f7f4f4be0135099b54b31d97f1d7b37680c0e57845b25de8c63a;
    bytes32 internal constant LINK_HASH = 0xa6cd9d01f25997b244c5d8e79c5f093e39d9bf69822cca417661bb201657c084;
    bytes32 internal constant SECRET_HASH = 0xb3f616dae578cc2204a4df5d0400177ef527d24957c92abdc22d1a2423fe3a1c;
    bytes32 internal constant LOCK = 0x5288e875d5d5052f027ad2c8e153391ca46028a0ed3df875bb0366e85078065f;
    bytes32 internal constant OUTBOX_KEY = 0x700fdeba0b0405ea01f3496911ab663b6aee500c148e3d7e2d22fa2abe3edafe;
    bytes32 internal constant INBOX_KEY = 0xb30e8419882a874e53716a508d3e3655659ecc984d01a95684d9467f01a298f6;
    bytes internal constant STAKE_SIGNATURE =
        hex"3ef9351b035b1dcc57653194a6366e18108071f69c4b1380b12ec04d4dfe26d7b3aec466bba903f8fb4f34a81cd6d5d5707fb396cc6d15bb8dbab0dc058325da";
}
