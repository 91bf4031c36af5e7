// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BoxState} from "../../src/gateway/BoxState.sol";
import {Envelope, Message, Status} from "../../src/gateway/IMessageBus.sol";
import {MessageBus} from "../../src/gateway/MessageBus.sol";
import {CoGateway} from "../../src/gateway/CoGateway.sol";
import {Gateway} from "../../src/gateway/Gateway.sol";
import {UtilityToken} from "../../src/gateway/UtilityToken.sol";
import {StakeToken} from "../../src/token/StakeToken.sol";
import {Pair} from "./Pair.sol";

interface Recorder {
    function record() external;
    function accesses(address account) external returns (bytes32[] memory reads, bytes32[] memory writes);
}

/// @dev Storage that the other chain proves (gateway 7.1, 7.5, 7.7), read by slot and not by getter.
contract LayoutTest is Pair {
    function setUp() public {
        setUpPair();
        stakeForAlice(1000, 1e25);
    }

    function mapped(bytes32 key, uint256 slot) private pure returns (bytes32) {
        return keccak256(abi.encode(key, slot));
    }

    function test_slot_0_is_the_link_word_and_slot_1_the_deactivation_word() public {
        MessageBus[2] memory sides = [MessageBus(gateway), MessageBus(coGateway)];
        for (uint256 i = 0; i < 2; ++i) {
            assertEq(vm.load(address(sides[i]), bytes32(uint256(0))), sides[i].linkWord(), "link word");
            assertEq(sides[i].deactivation(), 0, "not deactivated");
            vm.store(address(sides[i]), bytes32(uint256(1)), bytes32(uint256(7)));
            assertEq(sides[i].deactivation(), 7, "deactivation word");
        }
    }

    function test_slot_2_is_the_outbox_and_slot_3_the_inbox() public {
        MessageBus[2] memory sides = [MessageBus(gateway), MessageBus(coGateway)];
        for (uint256 i = 0; i < 2; ++i) {
            MessageBus peer = peerOf(sides[i]);
            (bytes32 id, Envelope memory e) = declareOn(sides[i], 1, 1e24);
            bytes32 lock = keccak256(abi.encode(id, e.facilitator, e.declaredAt, e.secretHash));
            bytes32 declared = (lock & ~bytes32(uint256(0xff))) | bytes32(uint256(1));
            assertEq(vm.load(address(sides[i]), mapped(id, 2)), declared, "outbox word");
            uint64 number = prove(sides[i]);
            bytes[] memory proof = outboxProof(sides[i], id);
            on(peer);
            peer.confirm(e, number, proof);
            assertEq(vm.load(address(peer), mapped(id, 3)), declared, "inbox word");
            assertEq(peer.inbox(id), declared, "getter");
        }
        assertEq(BoxState.OUTBOX_SLOT, 2);
        assertEq(BoxState.INBOX_SLOT, 3);
    }

    function test_the_utility_tokens_balances_are_where_erc_7201_puts_them() public view {
        bytes32 slot = keccak256(abi.encode(uint256(keccak256("openzeppelin.storage.ERC20")) - 1)) & ~bytes32(uint256(0xff));
        assertEq(utility.ERC20_STORAGE(), slot, "the constant");
        bytes32 word = vm.load(address(utility), keccak256(abi.encode(alice, slot)));
        assertEq(uint256(word), utility.balanceOf(alice), "balance");
        check(uint256(word) > 0, "alice has some");
    }

    /// @dev A stored zero is no state on Ethereum, but anvil counts it into the storage root that linking proves (7.5).
    function test_construction_stores_nothing_not_even_a_zero() public {
        Recorder recorder = Recorder(address(vm));
        recorder.record();
        address[3] memory made = [
            address(new UtilityToken("Plain", "PLN", 18, address(1))),
            address(new CoGateway(coGatewayConfig(address(gateway)))),
            address(new Gateway(gatewayConfig()))
        ];
        for (uint256 i = 0; i < made.length; ++i) {
            (, bytes32[] memory writes) = recorder.accesses(made[i]);
            assertEq(writes.length, 0, "writes");
        }
        (, bytes32[] memory seen) = recorder.accesses(address(new StakeToken("Plain", "PLN", 1, alice)));
        check(seen.length > 0, "the recorder sees writes");
    }

    function test_the_ledgers_lie_behind_the_boxes() public view {
        assertEq(uint256(vm.load(address(gateway), keccak256(abi.encode(rival, uint256(5))))), 50 ether, "coin");
        assertEq(uint256(vm.load(address(gateway), bytes32(uint256(14)))), gateway.openedAt(), "opened at");
    }
}
