// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CoGateway} from "../../src/gateway/CoGateway.sol";
import {Gateway} from "../../src/gateway/Gateway.sol";
import {CoGatewayConfig, ICoGateway} from "../../src/gateway/ICoGateway.sol";
import {GatewayConfig, IGateway} from "../../src/gateway/IGateway.sol";
import {Envelope, IMessageBus, Message} from "../../src/gateway/IMessageBus.sol";
import {IUtilityToken} from "../../src/gateway/IUtilityToken.sol";
import {MessageBus} from "../../src/gateway/MessageBus.sol";
import {UtilityToken} from "../../src/gateway/UtilityToken.sol";
import {OddToken, PlainToken} from "./OddToken.sol";
import {CoreDouble, Pair} from "./Pair.sol";

/// @dev Linking (7.5): each check of declareLink, confirmLink and open; nothing moves before.
contract LinkingTest is Pair {
    function setUp() public {
        deployPair();
    }

    function declareLinkAt(uint64 k, bytes memory header_) private {
        bytes[] memory coGatewayProof = auxiliaryProof(address(coGateway));
        bytes[] memory utilityProof = auxiliaryProof(address(utility));
        onOrigin();
        gateway.declareLink(k, header_, coGatewayProof, utilityProof);
    }

    function test_a_pair_links_and_opens_with_one_word_on_both_sides() public {
        uint64 declaredAt = declareLink();
        bytes32 word = keccak256(abi.encode(gateway.linkHash(), declaredAt));
        assertEq(gateway.linkWord(), word, "gateway's word");
        assertEq(vm.load(address(gateway), bytes32(0)), word, "at slot 0");
        confirmLink(declaredAt);
        assertEq(coGateway.linkHash(address(gateway).codehash), gateway.linkHash(), "one link hash");
        assertEq(coGateway.linkWord(), word, "co-gateway's word");
        assertEq(vm.load(address(coGateway), bytes32(0)), word, "at slot 0");
        check(utility.isLinked(), "the token too");
        vm.warp(block.timestamp + BLAME_PERIOD);
        uint64 k = commit();
        bytes[] memory accountProof = auxiliaryProof(address(coGateway));
        bytes[] memory linkProof = slotProof(address(coGateway), bytes32(0));
        bytes32 hash = gateway.linkHash();
        onOrigin();
        vm.expectEmit(address(gateway));
        emit IGateway.Opened(hash, uint64(block.timestamp));
        gateway.open(k, lastHeader, accountProof, linkProof, declaredAt);
        assertEq(gateway.openedAt(), block.timestamp, "opened");
    }

    function test_contracts_are_deployed_with_empty_storage() public {
        assertEq(storageOf(address(gateway)).length, 0, "gateway");
        assertEq(storageOf(address(coGateway)).length, 0, "co-gateway");
        assertEq(storageOf(address(utility)).length, 0, "utility token");
        declareLink();
        assertEq(storageOf(address(gateway)).length, 1, "the link word alone");
    }

    // ------------------------------------------------------------------------------------------------- constructors

    function test_a_token_with_a_name_or_symbol_over_31_bytes_or_none_is_refused() public {
        string memory long = "12345678901234567890123456789012";
        string[3] memory names = [long, "Fine", ""];
        string[3] memory symbols = ["F", long, "F"];
        onOrigin();
        for (uint256 i = 0; i < 3; ++i) {
            GatewayConfig memory config = gatewayConfig();
            config.token = address(new OddToken());
            OddToken(config.token).rename(names[i], symbols[i]);
            vm.expectRevert(
                abi.encodeWithSelector(IGateway.TokenNameRefused.selector, i == 1 ? symbols[i] : names[i])
            );
            new Gateway(config);
        }
        vm.expectRevert(abi.encodeWithSignature("StringTooLong(string)", long));
        new UtilityToken(long, "F", 18, address(1));
        vm.expectRevert(abi.encodeWithSelector(IUtilityToken.TokenNameRefused.selector, ""));
        new UtilityToken("", "F", 18, address(1));
        vm.expectRevert(abi.encodeWithSelector(IUtilityToken.TokenNameRefused.selector, ""));
        new UtilityToken("F", "", 18, address(1));
        new UtilityToken("1234567890123456789012345678901", "F", 18, address(1));
    }

    function test_zero_addresses_are_refused() public {
        onOrigin();
        for (uint256 i = 0; i < 5; ++i) {
            GatewayConfig memory config = gatewayConfig();
            if (i == 0) config.token = address(0);
            if (i == 1) config.coGateway = address(0);
            if (i == 2) config.utilityToken = address(0);
            if (i == 3) config.coGatewayCodeHash = 0;
            if (i == 4) config.utilityCodeHash = 0;
            vm.expectRevert(IGateway.AddressZero.selector);
            new Gateway(config);
        }
        for (uint256 i = 0; i < 5; ++i) {
            CoGatewayConfig memory config = coGatewayConfig(address(gateway));
            if (i == 0) config.coreId = 0;
            if (i == 1) config.gateway = address(0);
            if (i == 2) config.token = address(0);
            if (i == 3) config.utilityToken = address(0);
            if (i == 4) config.originBlockStore = address(0);
            vm.expectRevert(ICoGateway.AddressZero.selector);
            new CoGateway(config);
        }
        vm.expectRevert(IUtilityToken.AddressZero.selector);
        new UtilityToken("F", "F", 18, address(0));
    }

    function test_the_auxiliary_chain_is_another_chain() public {
        onOrigin();
        uint256[2] memory wrong = [uint256(0), ORIGIN];
        for (uint256 i = 0; i < 2; ++i) {
            GatewayConfig memory config = gatewayConfig();
            config.auxiliaryChainId = wrong[i];
            vm.expectRevert(abi.encodeWithSelector(IGateway.AuxiliaryChainIdWrong.selector, wrong[i]));
            new Gateway(config);
        }
    }

    // -------------------------------------------------------------------------------------------------- declareLink

    function test_a_link_is_declared_once() public {
        declareLink();
        bytes32 word = gateway.linkWord();
        uint64 k = commit();
        vm.expectRevert(abi.encodeWithSelector(IGateway.LinkAlreadyDeclared.selector, word));
        gateway.declareLink(k, lastHeader, new bytes[](0), new bytes[](0));
    }

    function test_a_source_out_of_the_ring_or_of_hash_zero_is_refused() public {
        uint64 k = commit();
        bytes memory first = lastHeader;
        for (uint256 i = 0; i < 8; ++i) {
            commit();
        }
        vm.expectRevert(abi.encodeWithSelector(CoreDouble.SourceNotKept.selector, k, k + 9));
        gateway.declareLink(k, first, new bytes[](0), new bytes[](0));
        uint64 zero = core.commit(0);
        vm.expectRevert(abi.encodeWithSelector(IGateway.SourceNotInRing.selector, zero));
        gateway.declareLink(zero, first, new bytes[](0), new bytes[](0));
    }

    function test_a_header_of_another_block_is_refused() public {
        uint64 k = commit();
        bytes32 committed = keccak256(lastHeader);
        bytes memory other = header(77, keccak256("another state root"));
        vm.expectRevert(abi.encodeWithSelector(IGateway.SourceHeaderWrong.selector, committed, keccak256(other)));
        gateway.declareLink(k, other, new bytes[](0), new bytes[](0));
    }

    function test_other_code_at_the_co_gateway_or_the_token_is_refused() public {
        address[2] memory accounts = [address(coGateway), address(utility)];
        for (uint256 i = 0; i < 2; ++i) {
            uint256 snapshot = vm.snapshotState();
            bytes32 expected = accounts[i].codehash;
            vm.etch(accounts[i], hex"6001");
            uint64 k = commit();
            bytes[] memory first = auxiliaryProof(address(coGateway));
            bytes[] memory second = auxiliaryProof(address(utility));
            vm.expectRevert(
                abi.encodeWithSelector(
                    IGateway.CodeHashWrong.selector, accounts[i], expected, keccak256(hex"6001")
                )
            );
            gateway.declareLink(k, lastHeader, first, second);
            vm.revertToState(snapshot);
        }
    }

    function test_a_co_gateway_or_token_whose_storage_was_written_is_refused() public {
        address[2] memory accounts = [address(coGateway), address(utility)];
        for (uint256 i = 0; i < 2; ++i) {
            uint256 snapshot = vm.snapshotState();
            force(accounts[i], keccak256(abi.encode(alice, uint256(0))), bytes32(uint256(1e30)));
            uint64 k = commit();
            bytes[] memory first = auxiliaryProof(address(coGateway));
            bytes[] memory second = auxiliaryProof(address(utility));
            vm.expectPartialRevert(IGateway.StorageNotEmpty.selector);
            gateway.declareLink(k, lastHeader, first, second);
            vm.revertToState(snapshot);
        }
    }

    function test_proofs_of_other_accounts_are_refused() public {
        uint64 k = commit();
        bytes[] memory coProof = auxiliaryProof(address(coGateway));
        bytes[] memory utilityProof = auxiliaryProof(address(utility));
        vm.expectRevert();
        gateway.declareLink(k, lastHeader, utilityProof, coProof);
        vm.expectRevert();
        gateway.declareLink(k, lastHeader, coProof, coProof);
        gateway.declareLink(k, lastHeader, coProof, utilityProof);
    }

    // -------------------------------------------------------------------------------------------------- confirmLink

    function test_a_link_is_confirmed_once() public {
        uint64 declaredAt = declareLink();
        confirmLink(declaredAt);
        bytes32 word = coGateway.linkWord();
        vm.expectRevert(abi.encodeWithSelector(ICoGateway.LinkAlreadyConfirmed.selector, word));
        coGateway.confirmLink(originNumber, new bytes[](0), declaredAt);
    }

    function test_an_origin_block_out_of_the_ring_is_refused() public {
        uint64 declaredAt = declareLink();
        uint64 number = observe();
        bytes[] memory proof = originProof(address(gateway));
        for (uint256 i = 0; i < 32; ++i) {
            observe();
        }
        onAuxiliary();
        vm.expectRevert(abi.encodeWithSignature("RootNotInRing(uint64)", number));
        coGateway.confirmLink(number, proof, declaredAt);
    }

    function test_another_time_or_no_link_at_all_is_refused() public {
        uint64 number = observe();
        bytes[] memory proof = originProof(address(gateway));
        onAuxiliary();
        vm.expectPartialRevert(ICoGateway.GatewayStorageWrong.selector);
        coGateway.confirmLink(number, proof, uint64(block.timestamp));

        uint64 declaredAt = declareLink();
        number = observe();
        proof = originProof(address(gateway));
        onAuxiliary();
        vm.expectPartialRevert(ICoGateway.GatewayStorageWrong.selector);
        coGateway.confirmLink(number, proof, declaredAt + 1);
    }

    function test_a_gateway_that_holds_more_than_the_link_word_is_refused() public {
        uint64 declaredAt = declareLink();
        force(address(gateway), keccak256(abi.encode(address(0xbad), uint256(5))), bytes32(uint256(1 ether)));
        uint64 number = observe();
        bytes[] memory proof = originProof(address(gateway));
        onAuxiliary();
        vm.expectPartialRevert(ICoGateway.GatewayStorageWrong.selector);
        coGateway.confirmLink(number, proof, declaredAt);
    }

    function test_a_gateway_of_other_code_is_refused() public {
        uint64 declaredAt = declareLink();
        vm.etch(address(gateway), hex"6001");
        uint64 number = observe();
        bytes[] memory proof = originProof(address(gateway));
        onAuxiliary();
        vm.expectPartialRevert(ICoGateway.GatewayStorageWrong.selector);
        coGateway.confirmLink(number, proof, declaredAt);
    }

    function test_a_gateway_without_code_is_refused() public {
        vm.etch(address(gateway), "");
        vm.deal(address(gateway), 1);
        uint64 number = observe();
        bytes[] memory proof = originProof(address(gateway));
        onAuxiliary();
        vm.expectRevert(abi.encodeWithSelector(ICoGateway.GatewayWithoutCode.selector, keccak256("")));
        coGateway.confirmLink(number, proof, uint64(block.timestamp));
    }

    function test_a_token_of_another_name_is_refused() public {
        UtilityToken renamed = new UtilityToken("Other", "PLN", 18, address(coGateway));
        uint64 declaredAt = declareLink();
        vm.etch(address(utility), address(renamed).code);
        uint64 number = observe();
        bytes[] memory proof = originProof(address(gateway));
        onAuxiliary();
        vm.expectPartialRevert(ICoGateway.GatewayStorageWrong.selector);
        coGateway.confirmLink(number, proof, declaredAt);
    }

    // --------------------------------------------------------------------------------------------------------- open

    function test_a_gateway_opens_once() public {
        linkPair();
        uint64 k = commit();
        vm.expectRevert(IGateway.AlreadyOpen.selector);
        gateway.open(k, lastHeader, new bytes[](0), new bytes[](0), 0);
    }

    function test_a_gateway_without_a_declared_link_does_not_open() public {
        uint64 k = commit();
        vm.expectPartialRevert(IGateway.LinkWordWrong.selector);
        gateway.open(k, lastHeader, new bytes[](0), new bytes[](0), uint64(block.timestamp));
    }

    function test_another_declaration_time_does_not_open() public {
        uint64 declaredAt = declareLink();
        confirmLink(declaredAt);
        vm.warp(block.timestamp + BLAME_PERIOD);
        bytes32 word = gateway.linkWord();
        bytes32 other = keccak256(abi.encode(gateway.linkHash(), declaredAt - 1));
        vm.expectRevert(abi.encodeWithSelector(IGateway.LinkWordWrong.selector, word, other));
        this.openAt(declaredAt - 1);
    }

    function openAt(uint64 declaredAt) external {
        openGateway(declaredAt);
    }

    function test_a_gateway_does_not_open_within_the_blame_period() public {
        uint64 declaredAt = declareLink();
        confirmLink(declaredAt);
        vm.warp(declaredAt + BLAME_PERIOD - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IGateway.BlamePeriodRunning.selector, declaredAt + BLAME_PERIOD, block.timestamp)
        );
        this.openAt(declaredAt);
        vm.warp(declaredAt + BLAME_PERIOD);
        openGateway(declaredAt);
    }

    function test_a_vetoed_gateway_never_opens() public {
        uint64 declaredAt = declareLink();
        confirmLink(declaredAt);
        core.veto(address(gateway));
        vm.warp(declaredAt + 10 * BLAME_PERIOD);
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayVetoed.selector, address(gateway)));
        this.openAt(declaredAt);
    }

    function test_a_gateway_does_not_open_before_its_co_gateway_confirmed() public {
        uint64 declaredAt = declareLink();
        vm.warp(declaredAt + BLAME_PERIOD);
        force(address(coGateway), bytes32(uint256(0)), bytes32(uint256(1)));
        vm.expectRevert(
            abi.encodeWithSelector(IGateway.PeerLinkWordWrong.selector, gateway.linkWord(), bytes32(uint256(1)))
        );
        this.openAt(declaredAt);
    }

    // ------------------------------------------------------------------------------------------------------- before

    function everyEntry(MessageBus bus) private view returns (bytes[] memory calls) {
        Message memory m = messageOn(bus, 1, 1e18);
        Envelope memory e = envelopeOf(m, facilitator, secretHashOf(SECRET));
        bytes[] memory proof = new bytes[](1);
        calls = new bytes[](address(bus) == address(gateway) ? 12 : 11);
        calls[0] = abi.encodeCall(IMessageBus.declare, (m, 0, "", noPermit()));
        calls[1] = abi.encodeCall(IMessageBus.confirm, (e, 8, proof));
        calls[2] = abi.encodeCall(IMessageBus.deliver, (e, SECRET, 8, proof));
        calls[3] = abi.encodeCall(IMessageBus.provePeer, (8, "", proof));
        calls[4] = abi.encodeCall(IMessageBus.cancelNonce, (1));
        calls[5] = abi.encodeCall(IMessageBus.withdrawLedger, (0));
        calls[6] = abi.encodeCall(IMessageBus.withdrawTokens, ());
        calls[7] = abi.encodeCall(IMessageBus.depositLedger, ());
        calls[8] = abi.encodeCall(IMessageBus.depositLedger, ());
        calls[9] = abi.encodeCall(IMessageBus.revokeInbox, (e, 8, proof));
        if (address(bus) == address(coGateway)) {
            calls[10] = abi.encodeCall(ICoGateway.freeze, (8, proof));
        } else {
            calls[10] = abi.encodeCall(IGateway.deactivate, (""));
            calls[11] = abi.encodeCall(IGateway.fixRecoveryRoot, (1, "", proof, proof, proof));
        }
    }

    function nothingWorks(MessageBus bus) private {
        on(bus);
        bytes[] memory calls = everyEntry(bus);
        vm.deal(alice, 1 ether);
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(alice);
            (bool done, bytes memory reason) = address(bus).call{value: i == 8 ? 1 ether : 0}(calls[i]);
            check(!done, "an entry before linking");
            assertEq(reason, abi.encodeWithSelector(IMessageBus.PairNotOpen.selector));
        }
        Envelope memory e = envelopeOf(messageOn(bus, 1, 1e18), facilitator, secretHashOf(SECRET));
        bytes[6] memory steps = [
            abi.encodeCall(IMessageBus.progressOutbox, (e, SECRET)),
            abi.encodeCall(IMessageBus.progressOutboxByProof, (e, 8, new bytes[](1))),
            abi.encodeCall(IMessageBus.progressInbox, (e, SECRET)),
            abi.encodeCall(IMessageBus.progressInboxByProof, (e, 8, new bytes[](1))),
            abi.encodeCall(IMessageBus.declareRevocation, (e, "")),
            abi.encodeCall(IMessageBus.revokeOutbox, (e, 8, new bytes[](1)))
        ];
        for (uint256 i = 0; i < steps.length; ++i) {
            (bool done, bytes memory reason) = address(bus).call(steps[i]);
            check(!done && bytes4(reason) == IMessageBus.StatusRefused.selector, "nothing was ever declared");
        }
    }

    function recoveryDoesNotWork() private {
        Envelope memory e = envelopeOf(messageOn(gateway, 1, 1e18), facilitator, secretHashOf(SECRET));
        bytes[] memory proof = new bytes[](1);
        bytes[3] memory calls = [
            abi.encodeCall(IGateway.recoverBalance, (alice, bob, "", proof)),
            abi.encodeCall(IGateway.refundStake, (e, proof)),
            abi.encodeCall(IGateway.recoverRedeem, (e, bob, "", proof))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool done, bytes memory reason) = address(gateway).call(calls[i]);
            check(!done && bytes4(reason) == IGateway.RecoveryRootNotFixed.selector, "recovered without a root");
        }
    }

    function test_no_entry_of_an_unlinked_pair_changes_anything() public {
        nothingWorks(gateway);
        nothingWorks(coGateway);
        recoveryDoesNotWork();
        assertEq(storageOf(address(gateway)).length, 0, "gateway");
        assertEq(storageOf(address(coGateway)).length, 0, "co-gateway");
    }

    function test_a_declared_but_unopened_gateway_holds_the_link_word_alone() public {
        uint64 declaredAt = declareLink();
        nothingWorks(gateway);
        assertEq(storageOf(address(gateway)).length, 1, "the link word");
        confirmLink(declaredAt);
        nothingWorks(gateway);
    }

    function test_an_unlinked_token_moves_approves_and_permits_nothing() public {
        onAuxiliary();
        vm.expectRevert(IUtilityToken.TokenNotLinked.selector);
        utility.transfer(bob, 0);
        vm.expectRevert(IUtilityToken.TokenNotLinked.selector);
        utility.transferFrom(alice, bob, 0);
        vm.expectRevert(IUtilityToken.TokenNotLinked.selector);
        utility.approve(bob, 1);
        bytes32 digest = permitDigest(alice, bob, 1);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE_KEY, digest);
        vm.expectRevert(IUtilityToken.TokenNotLinked.selector);
        utility.permit(alice, bob, 1, block.timestamp, v, r, s);
        vm.expectRevert(IUtilityToken.TokenNotLinked.selector);
        vm.prank(address(coGateway));
        utility.mint(bob, 1);
        assertEq(storageOf(address(utility)).length, 0, "storage");

        confirmLink(declareLink());
        onAuxiliary();
        digest = permitDigest(alice, bob, 1);
        (v, r, s) = vm.sign(ALICE_KEY, digest);
        utility.permit(alice, bob, 1, block.timestamp, v, r, s);
        assertEq(utility.allowance(alice, bob), 1, "permitted once linked");
    }

    function permitDigest(address owner, address spender, uint256 value) private view returns (bytes32) {
        bytes32 typehash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(
            abi.encode(typehash, owner, spender, value, utility.nonces(owner), block.timestamp)
        );
        return keccak256(abi.encodePacked(hex"1901", utility.DOMAIN_SEPARATOR(), structHash));
    }

    function test_only_the_co_gateway_links_mints_and_burns() public {
        bytes memory reason = abi.encodeWithSelector(IUtilityToken.NotCoGateway.selector, alice);
        vm.expectRevert(reason);
        vm.prank(alice);
        utility.link();
        vm.expectRevert(reason);
        vm.prank(alice);
        utility.mint(alice, 1);
        vm.expectRevert(reason);
        vm.prank(alice);
        utility.burn(alice, 1);
        confirmLink(declareLink());
        vm.expectRevert(IUtilityToken.TokenAlreadyLinked.selector);
        vm.prank(address(coGateway));
        utility.link();
    }

    function test_the_token_has_the_origin_tokens_name_symbol_and_decimals() public view {
        assertEq(bytes(utility.name()), bytes(PlainToken(token).name()));
        assertEq(bytes(utility.symbol()), bytes(PlainToken(token).symbol()));
        assertEq(utility.decimals(), PlainToken(token).decimals(), "decimals");
    }

    // --------------------------------------------------------------------------------------------------- peer roots

    function test_a_peer_is_proven_once_per_root_and_only_from_the_ring() public {
        linkPair();
        uint64 k = prove(coGateway);
        uint64 number = prove(gateway);
        bytes[] memory coProof = auxiliaryProof(address(coGateway));
        bytes[] memory proof = originProof(address(gateway));
        onOrigin();
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.PeerAlreadyProven.selector, k));
        gateway.provePeer(k, lastHeader, coProof);
        vm.expectRevert(abi.encodeWithSelector(CoreDouble.SourceNotKept.selector, k + 1, k + 1));
        gateway.provePeer(k + 1, lastHeader, coProof);
        onAuxiliary();
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.PeerAlreadyProven.selector, number));
        coGateway.provePeer(number, "", proof);
        vm.expectRevert(abi.encodeWithSignature("RootNotInRing(uint64)", number + 1));
        coGateway.provePeer(number + 1, "", proof);
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.HeaderUnexpected.selector, 1));
        coGateway.provePeer(number + 1, hex"00", proof);
    }

    function test_the_account_of_another_contract_is_no_peer() public {
        linkPair();
        uint64 k = commit();
        bytes[] memory proof = auxiliaryProof(address(utility));
        onOrigin();
        vm.expectRevert();
        gateway.provePeer(k, lastHeader, proof);
        proof = auxiliaryProof(address(coGateway));
        gateway.provePeer(k, lastHeader, proof);
    }
}
