// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {OriginBlockStore} from "../../src/auxiliary/OriginBlockStore.sol";
import {BoxState} from "../../src/gateway/BoxState.sol";
import {BusHash} from "../../src/gateway/BusHash.sol";
import {CoGateway} from "../../src/gateway/CoGateway.sol";
import {Gateway} from "../../src/gateway/Gateway.sol";
import {CoGatewayConfig} from "../../src/gateway/ICoGateway.sol";
import {GatewayConfig} from "../../src/gateway/IGateway.sol";
import {Envelope, IMessageBus, Intent, Message, Permit, Status} from "../../src/gateway/IMessageBus.sol";
import {MessageBus} from "../../src/gateway/MessageBus.sol";
import {UtilityToken} from "../../src/gateway/UtilityToken.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Tally} from "../../src/origin/IRegistry.sol";
import {Base} from "../Base.sol";
import {PlainToken} from "./OddToken.sol";
import {Entry, Trie} from "./Trie.sol";

/// @dev Cheat codes that only these tests use.
interface VmAccess {
    function record() external;
    function accesses(address target) external returns (bytes32[] memory reads, bytes32[] memory writes);
}

/// @dev What a gateway reads of a core and of its registry. The ring is the core's: 8 sources by height, older ones
/// are not kept.
contract CoreDouble {
    bytes32 public immutable coreId;
    uint8 public status = 1;
    uint64 public openHeight = 1;
    mapping(address => bool) public vetoed;
    mapping(uint64 => bytes32) private sources;

    error SourceNotKept(uint64 height, uint64 openHeight);

    constructor() {
        coreId = MosaicHash.coreId(block.chainid, address(this));
    }

    function registry() external view returns (address) {
        return address(this);
    }

    function source(uint64 k) external view returns (bytes32) {
        if (k + 8 < openHeight || k >= openHeight) revert SourceNotKept(k, openHeight);
        return sources[k];
    }

    function commit(bytes32 hash) external returns (uint64 k) {
        k = openHeight++;
        sources[k] = hash;
    }

    function veto(address gateway) external {
        vetoed[gateway] = true;
    }

    function halt() external {
        status = 2;
    }

    function domainSeparator() external view returns (bytes32) {
        return MosaicHash.domain(block.chainid, address(this));
    }

    /// @dev The seal's second to fifth byte are the four counts, its rest the digest that was signed.
    function tally(uint64 m, bytes32 digest, bytes calldata seal) external view returns (Tally memory t) {
        if (m != openHeight) revert SourceNotKept(m, openHeight);
        if (bytes32(seal[5:]) != digest) return t;
        t.forward = uint8(seal[1]);
        t.forwardTotal = uint8(seal[2]);
        t.rear = uint8(seal[3]);
        t.rearTotal = uint8(seal[4]);
    }
}

/// @dev Every storage slot that a contract holds, as a trie, and the account itself.
struct Account {
    address who;
    Entry[] slots;
    bytes32 storageRoot;
}

/// @title A pair on two chains, and the roots that travel between them
/// @dev Both chains live in one EVM under two chain ids; the pair's contracts never call across. `commit` shows the
/// auxiliary state to the gateway, `observe` the origin state to the co-gateway: real headers over real tries of the
/// contracts' whole storage, as far as it was written since `record`.
abstract contract Pair is Base {
    using RLP for *;

    VmAccess internal constant access = VmAccess(address(uint160(uint256(keccak256("hevm cheat code")))));

    uint256 internal constant ORIGIN = 1;
    uint256 internal constant AUXILIARY = 1410;
    uint256 internal constant BOUNTY = 1 ether;
    uint64 internal constant BLAME_PERIOD = 7 days;
    uint64 internal constant E_O = 8;
    uint256 internal constant SUPPLY = 1e30;

    uint256 internal constant ALICE_KEY = 0xa11ce;
    address internal alice = vm.addr(ALICE_KEY);
    uint256 internal constant BOB_KEY = 0xb0b;
    address internal bob = vm.addr(BOB_KEY);
    uint256 internal constant FACILITATOR_KEY = 0xfac1;
    address internal facilitator = vm.addr(FACILITATOR_KEY);
    uint256 internal constant RIVAL_KEY = 0x71fa1;
    address internal rival = vm.addr(RIVAL_KEY);
    bytes32 internal constant SECRET = keccak256("secret");

    CoreDouble internal core;
    OriginBlockStore internal store;
    address internal token;
    UtilityToken internal utility;
    CoGateway internal coGateway;
    Gateway internal gateway;
    uint64 internal originNumber;
    bytes internal lastHeader;
    mapping(address => bytes32[]) private forced;

    // ------------------------------------------------------------------------------------------------------- set-up

    function makeToken() internal virtual returns (address) {
        PlainToken plain = new PlainToken("Plain", "PLN");
        plain.mint(alice, SUPPLY);
        return address(plain);
    }

    /// @dev Deploys both sides, in the order in which addresses and code hashes become known.
    function deployPair() internal {
        access.record();
        vm.warp(1_800_000_000);
        onOrigin();
        core = new CoreDouble();
        token = makeToken();
        onAuxiliary();
        store = new OriginBlockStore(originNumber, keccak256("root of O"), E_O, address(this));
        uint64 nonce = vm.getNonce(address(this));
        address predictedCo = vm.computeCreateAddress(address(this), nonce + 1);
        address predictedGateway = vm.computeCreateAddress(address(this), nonce + 2);
        utility = new UtilityToken(PlainToken(token).name(), PlainToken(token).symbol(), 18, predictedCo);
        coGateway = new CoGateway(coGatewayConfig(predictedGateway));
        onOrigin();
        gateway = new Gateway(gatewayConfig());
        assertEq(address(coGateway), predictedCo, "co-gateway's address");
        assertEq(address(gateway), predictedGateway, "gateway's address");
    }

    function coGatewayConfig(address predictedGateway) internal view returns (CoGatewayConfig memory) {
        return CoGatewayConfig({
            coreId: core.coreId(),
            gateway: predictedGateway,
            token: token,
            utilityToken: address(utility),
            originBlockStore: address(store),
            bounty: BOUNTY,
            revokeDelay: 1 days,
            deactivationGrace: 30 days
        });
    }

    function gatewayConfig() internal view returns (GatewayConfig memory) {
        return GatewayConfig({
            core: address(core),
            auxiliaryChainId: AUXILIARY,
            token: token,
            coGateway: address(coGateway),
            utilityToken: address(utility),
            coGatewayCodeHash: address(coGateway).codehash,
            utilityCodeHash: address(utility).codehash,
            bounty: BOUNTY,
            revokeDelay: 1 days,
            blamePeriod: BLAME_PERIOD
        });
    }

    function declareLink() internal returns (uint64 declaredAt) {
        uint64 k = commit();
        onOrigin();
        gateway.declareLink(k, lastHeader, auxiliaryProof(address(coGateway)), auxiliaryProof(address(utility)));
        return uint64(block.timestamp);
    }

    function confirmLink(uint64 declaredAt) internal {
        uint64 number = observe();
        onAuxiliary();
        coGateway.confirmLink(number, originProof(address(gateway)), declaredAt);
    }

    function openGateway(uint64 declaredAt) internal {
        uint64 k = commit();
        onOrigin();
        gateway.open(
            k,
            lastHeader,
            auxiliaryProof(address(coGateway)),
            slotProof(address(coGateway), bytes32(0)),
            declaredAt
        );
    }

    function linkPair() internal {
        uint64 declaredAt = declareLink();
        confirmLink(declaredAt);
        vm.warp(block.timestamp + BLAME_PERIOD);
        openGateway(declaredAt);
    }

    /// @dev A linked pair; alice has tokens and approved them; both facilitators have coin in both ledgers.
    function setUpPair() internal {
        deployPair();
        linkPair();
        fund(facilitator);
        fund(rival);
        fund(alice);
        onOrigin();
        vm.prank(alice);
        IERC20(token).approve(address(gateway), type(uint256).max);
    }

    function fund(address account) internal {
        vm.deal(account, 200 ether);
        onOrigin();
        vm.prank(account);
        gateway.depositLedger{value: 50 ether}();
        onAuxiliary();
        vm.prank(account);
        coGateway.depositLedger{value: 50 ether}();
    }

    function onOrigin() internal {
        vm.chainId(ORIGIN);
    }

    function onAuxiliary() internal {
        vm.chainId(AUXILIARY);
    }

    /// @dev The chain of one of the two gateways.
    function on(MessageBus bus) internal {
        if (address(bus) == address(gateway)) onOrigin();
        else onAuxiliary();
    }

    // -------------------------------------------------------------------------------------------------------- roots

    /// @dev The core commits a meta-block whose source has the auxiliary state of now.
    function commit() internal returns (uint64 k) {
        lastHeader = header(uint64(block.number), Trie.root(auxiliaryState()));
        return core.commit(keccak256(lastHeader));
    }

    /// @dev Origin's state of now is reported and finalised on the auxiliary chain.
    function observe() internal returns (uint64 number) {
        originNumber += E_O;
        bytes memory reported = header(originNumber, Trie.root(originState()));
        store.report(reported);
        store.finalise(keccak256(reported));
        return originNumber;
    }

    /// @dev Shows the state of `bus` to its peer and caches its storage root there.
    function prove(MessageBus bus) internal returns (uint64 rootNumber) {
        if (address(bus) == address(gateway)) {
            rootNumber = observe();
            onAuxiliary();
            coGateway.provePeer(rootNumber, "", originProof(address(gateway)));
        } else {
            rootNumber = commit();
            onOrigin();
            gateway.provePeer(rootNumber, lastHeader, auxiliaryProof(address(coGateway)));
        }
    }

    /// @dev Makes a storage root known to `bus` under a number, as if it had been proven.
    function plantPeerRoot(MessageBus bus, uint64 number, bytes32 root) internal {
        vm.store(address(bus), keccak256(abi.encode(number, uint256(7))), root);
        assertEq(bus.peerRoot(number), root, "planted");
    }

    function plantPeerRoot(MessageBus bus, uint64 number, MessageBus peer) internal {
        plantPeerRoot(bus, number, Trie.root(storageOf(address(peer))));
    }

    function auxiliaryState() internal returns (Entry[] memory accounts) {
        accounts = new Entry[](4);
        accounts[0] = accountEntry(address(coGateway));
        accounts[1] = accountEntry(address(utility));
        accounts[2] = accountEntry(alice);
        accounts[3] = accountEntry(bob);
    }

    function originState() internal returns (Entry[] memory accounts) {
        accounts = new Entry[](4);
        accounts[0] = accountEntry(address(gateway));
        accounts[1] = accountEntry(address(core));
        accounts[2] = accountEntry(alice);
        accounts[3] = accountEntry(facilitator);
    }

    function accountEntry(address who) internal returns (Entry memory) {
        bytes[] memory fields = new bytes[](4);
        fields[0] = uint256(vm.getNonce(who)).encode();
        fields[1] = who.balance.encode();
        fields[2] = Trie.root(storageOf(who)).encode();
        bytes32 codeHash = who.codehash;
        fields[3] = (codeHash == 0 ? keccak256("") : codeHash).encode();
        return Entry(keccak256(abi.encodePacked(who)), RLP.encode(fields));
    }

    /// @dev All slots that were written since `record`, by the contract or by a test, and are not zero.
    function storageOf(address who) internal virtual returns (Entry[] memory slots) {
        (, bytes32[] memory written) = access.accesses(who);
        uint256 count;
        slots = new Entry[](written.length + forced[who].length);
        for (uint256 i = 0; i < slots.length; ++i) {
            bytes32 slot = i < written.length ? written[i] : forced[who][i - written.length];
            bytes32 value = vm.load(who, slot);
            if (value == 0) continue;
            bytes32 path = keccak256(abi.encode(slot));
            bool known;
            for (uint256 j = 0; j < count && !known; ++j) {
                known = slots[j].path == path;
            }
            if (!known) slots[count++] = Entry(path, uint256(value).encode());
        }
        assembly ("memory-safe") {
            mstore(slots, count)
        }
    }

    function auxiliaryProof(address who) internal returns (bytes[] memory) {
        return Trie.prove(auxiliaryState(), keccak256(abi.encodePacked(who)));
    }

    function originProof(address who) internal returns (bytes[] memory) {
        return Trie.prove(originState(), keccak256(abi.encodePacked(who)));
    }

    function slotProof(address who, bytes32 slot) internal returns (bytes[] memory) {
        return Trie.prove(storageOf(who), keccak256(abi.encode(slot)));
    }

    function outboxProof(MessageBus bus, bytes32 id) internal returns (bytes[] memory) {
        return slotProof(address(bus), BusHash.slot(id, BoxState.OUTBOX_SLOT));
    }

    function inboxProof(MessageBus bus, bytes32 id) internal returns (bytes[] memory) {
        return slotProof(address(bus), BusHash.slot(id, BoxState.INBOX_SLOT));
    }

    /// @dev A header of 15 fields; only number and state root mean something here.
    function header(uint64 number, bytes32 stateRoot) internal pure returns (bytes memory) {
        bytes[] memory fields = new bytes[](15);
        fields[0] = bytes32(keccak256(abi.encode("parent", number))).encode();
        fields[1] = bytes32(keccak256("uncles")).encode();
        fields[2] = address(0xc01b).encode();
        fields[3] = stateRoot.encode();
        fields[4] = bytes32(keccak256("transactions")).encode();
        fields[5] = bytes32(keccak256("receipts")).encode();
        fields[6] = new bytes(256).encode();
        fields[7] = uint256(0).encode();
        fields[8] = uint256(number).encode();
        fields[9] = uint256(30_000_000).encode();
        fields[10] = uint256(21_000).encode();
        fields[11] = uint256(1_800_000_000).encode();
        fields[12] = bytes("").encode();
        fields[13] = bytes32(0).encode();
        fields[14] = bytes("12345678").encode();
        return RLP.encode(fields);
    }

    // ----------------------------------------------------------------------------------------------------- messages

    function peerOf(MessageBus bus) internal view returns (MessageBus) {
        return address(bus) == address(gateway) ? MessageBus(coGateway) : MessageBus(gateway);
    }

    /// @dev A message from alice to bob that anyone may declare on `bus`.
    function messageOn(MessageBus bus, uint256 nonce, uint256 amount) internal view returns (Message memory) {
        return Message({
            intent: Intent({amount: amount, beneficiary: bob, token: bus.TOKEN()}),
            nonce: nonce,
            gasPrice: 2,
            gasLimit: 300_000,
            deadline: uint64(block.timestamp + 1 hours),
            sender: alice,
            facilitator: address(0)
        });
    }

    function envelopeOf(Message memory message, address by, bytes32 secretHash)
        internal
        view
        returns (Envelope memory)
    {
        return Envelope(message, by, uint64(block.timestamp), secretHash);
    }

    function noPermit() internal pure returns (Permit memory) {
        return Permit(0, 0, 0, 0, 0);
    }

    /// @dev Declares as `by` with alice's signature.
    function declareOn(MessageBus bus, Message memory message, address by, bytes32 secretHash)
        internal
        returns (bytes32 id, Envelope memory envelope)
    {
        on(bus);
        bytes32 expected = bus.quote(message).id;
        bytes memory signature = sign(ALICE_KEY, expected);
        vm.prank(by);
        id = bus.declare(message, secretHash, signature, noPermit());
        assertEq(id, expected, "id");
        envelope = envelopeOf(message, by, secretHash);
    }

    /// @dev Declares alice's message `nonce` by the facilitator, with the secret.
    function declareOn(MessageBus bus, uint256 nonce, uint256 amount)
        internal
        returns (bytes32 id, Envelope memory envelope)
    {
        return declareOn(bus, messageOn(bus, nonce, amount), facilitator, secretHashOf(SECRET));
    }

    function secretHashOf(bytes32 secret) internal pure returns (bytes32) {
        return keccak256(abi.encode(secret));
    }

    /// @dev Gives alice utility tokens by a stake to herself that is delivered.
    function stakeForAlice(uint256 nonce, uint256 amount) internal {
        Message memory message = messageOn(gateway, nonce, amount);
        message.intent.beneficiary = alice;
        message.gasPrice = 0;
        (bytes32 id, Envelope memory envelope) = declareOn(gateway, message, facilitator, secretHashOf(SECRET));
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        onAuxiliary();
        coGateway.deliver(envelope, SECRET, number, proof);
        onOrigin();
        gateway.progressOutbox(envelope, SECRET);
    }

    function outboxStatus(MessageBus bus, bytes32 id) internal view returns (Status) {
        return BoxState.statusOf(bus.outbox(id));
    }

    function inboxStatus(MessageBus bus, bytes32 id) internal view returns (Status) {
        return BoxState.statusOf(bus.inbox(id));
    }

    function assertStatus(Status actual, Status expected, string memory what) internal pure {
        assertEq(uint256(actual), uint256(expected), what);
    }

    /// @dev Puts a word into a box, as if the message had come to that status.
    function forceOutbox(MessageBus bus, bytes32 id, bytes32 word) internal {
        force(address(bus), BusHash.slot(id, BoxState.OUTBOX_SLOT), word);
    }

    function forceInbox(MessageBus bus, bytes32 id, bytes32 word) internal {
        force(address(bus), BusHash.slot(id, BoxState.INBOX_SLOT), word);
    }

    function force(address who, bytes32 slot, bytes32 value) internal {
        vm.store(who, slot, value);
        forced[who].push(slot);
    }
}
