// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BoxState} from "../../src/gateway/BoxState.sol";
import {BusHash, Link} from "../../src/gateway/BusHash.sol";
import {Envelope, Intent, Message} from "../../src/gateway/IMessageBus.sol";
import {SingleSlotTrie} from "../../src/gateway/SingleSlotTrie.sol";
import {Signatures} from "../../src/lib/Signatures.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {Base} from "../Base.sol";
import {Entry, Trie} from "./Trie.sol";
import {Vectors} from "./Vectors.sol";

/// @dev Digests, locks and slots against what ethers computes (vectors.mjs); roots against the trie builder.
contract HashesTest is Base {
    address private constant GATEWAY = address(0x6a7e);
    address private constant CO_GATEWAY = address(0xc06a7e);

    function stakeId(bytes32 separator, Message calldata m) external pure returns (bytes32) {
        return BusHash.stakeId(separator, m);
    }

    function redeemId(bytes32 separator, Message calldata m) external pure returns (bytes32) {
        return BusHash.redeemId(separator, m);
    }

    function lockOf(bytes32 id, Envelope calldata envelope) external pure returns (bytes32) {
        return BusHash.lock(id, envelope);
    }

    function message() private pure returns (Message memory) {
        return Message({
            intent: Intent({amount: 1e21, beneficiary: address(0xbe4e), token: address(0x70ce4)}),
            nonce: 2 ** 200 + 7,
            gasPrice: 3,
            gasLimit: 400_000,
            deadline: 1_900_000_000,
            sender: Vectors.SENDER,
            facilitator: address(0xfac1)
        });
    }

    function test_the_domains_are_those_of_eip_712() public pure {
        assertEq(BusHash.domain(1, GATEWAY, Vectors.CORE_ID), Vectors.ORIGIN_DOMAIN, "origin");
        assertEq(BusHash.domain(1410, CO_GATEWAY, Vectors.CORE_ID), Vectors.AUXILIARY_DOMAIN, "auxiliary");
    }

    function test_message_ids_are_the_digests_that_a_wallet_signs() public view {
        assertEq(this.stakeId(Vectors.ORIGIN_DOMAIN, message()), Vectors.STAKE_ID, "stake");
        assertEq(this.redeemId(Vectors.AUXILIARY_DOMAIN, message()), Vectors.REDEEM_ID, "redeem");
    }

    function test_a_wallets_signature_recovers_the_sender() public view {
        bytes memory signature = Vectors.STAKE_SIGNATURE;
        assertEq(this.recover(Vectors.STAKE_ID, signature), Vectors.SENDER, "sender");
        assertEq(sign(Vectors.SENDER_KEY, Vectors.STAKE_ID), signature);
    }

    function recover(bytes32 digest, bytes calldata signature) external pure returns (address) {
        return Signatures.recover(digest, signature);
    }

    function test_a_message_id_names_chain_contract_core_and_direction() public view {
        Message memory m = message();
        bytes32 id = this.stakeId(BusHash.domain(1, GATEWAY, Vectors.CORE_ID), m);
        check(id != this.stakeId(BusHash.domain(2, GATEWAY, Vectors.CORE_ID), m), "chain");
        check(id != this.stakeId(BusHash.domain(1, CO_GATEWAY, Vectors.CORE_ID), m), "contract");
        check(id != this.stakeId(BusHash.domain(1, GATEWAY, bytes32(uint256(1))), m), "core");
        check(id != this.redeemId(BusHash.domain(1, GATEWAY, Vectors.CORE_ID), m), "direction");
    }

    function test_every_field_of_a_message_is_signed() public view {
        bytes32[10] memory ids;
        for (uint256 i = 0; i < 10; ++i) {
            Message memory m = message();
            if (i == 1) ++m.intent.amount;
            if (i == 2) m.intent.beneficiary = address(1);
            if (i == 3) m.intent.token = address(1);
            if (i == 4) ++m.nonce;
            if (i == 5) ++m.gasPrice;
            if (i == 6) ++m.gasLimit;
            if (i == 7) ++m.deadline;
            if (i == 8) m.sender = address(1);
            if (i == 9) m.facilitator = address(1);
            ids[i] = this.stakeId(Vectors.ORIGIN_DOMAIN, m);
            for (uint256 j = 0; j < i; ++j) {
                check(ids[i] != ids[j], "two messages, one id");
            }
        }
    }

    function test_the_link_hash_is_that_of_eip_712() public pure {
        Link memory link = Link({
            coreId: Vectors.CORE_ID,
            gateway: GATEWAY,
            gatewayCodeHash: bytes32(uint256(1)),
            coGateway: CO_GATEWAY,
            coGatewayCodeHash: bytes32(uint256(2)),
            token: address(0x70ce4),
            utilityToken: address(0x0711),
            utilityCodeHash: bytes32(uint256(3)),
            nameHash: bytes32(uint256(4)),
            symbolHash: bytes32(uint256(5)),
            decimals: 18,
            busVersion: 1
        });
        assertEq(BusHash.linkHash(Vectors.ORIGIN_DOMAIN, link), Vectors.LINK_HASH, "link");
    }

    function test_locks_and_slots_are_as_written_down() public view {
        assertEq(BusHash.hashSecret(bytes32(uint256(0x5ec4e7))), Vectors.SECRET_HASH, "secret hash");
        Envelope memory e = Envelope(message(), address(0xfac1), 1_800_000_000, Vectors.SECRET_HASH);
        assertEq(this.lockOf(Vectors.STAKE_ID, e), Vectors.LOCK, "lock");
        assertEq(BusHash.slot(Vectors.STAKE_ID, BoxState.OUTBOX_SLOT), Vectors.OUTBOX_KEY, "outbox key");
        assertEq(BusHash.slot(Vectors.STAKE_ID, BoxState.INBOX_SLOT), Vectors.INBOX_KEY, "inbox key");
    }

    function test_the_root_of_one_slot_is_that_of_its_trie() public pure {
        bytes32[7] memory words = [
            bytes32(uint256(1)),
            bytes32(uint256(0x7f)),
            bytes32(uint256(0x80)),
            bytes32(uint256(0xffff)),
            bytes32(uint256(keccak256("word")) >> 8),
            bytes32(uint256(keccak256("word")) >> 100),
            keccak256("word")
        ];
        for (uint256 i = 0; i < words.length; ++i) {
            rootAgrees(words[i]);
        }
        assertEq(SingleSlotTrie.root(0), SingleSlotTrie.EMPTY_ROOT, "no word");
        assertEq(SingleSlotTrie.EMPTY_ROOT, keccak256(hex"80"), "empty root");
    }

    function test_fuzz_the_root_of_one_slot_is_that_of_its_trie(bytes32 word, uint8 shift) public pure {
        rootAgrees(word >> shift == 0 ? bytes32(uint256(1)) : word >> shift);
    }

    function rootAgrees(bytes32 word) private pure {
        Entry[] memory entries = new Entry[](1);
        entries[0] = Entry(keccak256(abi.encode(uint256(0))), RLP.encode(uint256(word)));
        assertEq(SingleSlotTrie.root(word), Trie.root(entries), "root of one slot");
    }

    /// The storage hash that anvil's `eth_getProof` reports for an account whose slot 0 holds 1.
    function test_the_root_of_slot_zero_holding_one_is_anvils() public pure {
        assertEq(
            SingleSlotTrie.root(bytes32(uint256(1))),
            0x821e2556a290c86405f8160a2d662042a431ba456b9db265c79bb837c04be5f0,
            "root"
        );
    }
}
